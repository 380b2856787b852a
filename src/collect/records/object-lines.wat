;; Counts lines that look like one JSON object each, sixteen bytes at a time. object-lines.ts holds this compiled and says what it is
;; for; object-lines.test.ts fails when the two differ, and prints what to put there.
(module
  (memory (export "memory") 1)

  ;; They never change; as constants they would be made anew in each turn of the loop.
  (global $newline (mut v128)
    (v128.const i8x16 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10))
  (global $closing (mut v128)
    (v128.const i8x16 125 125 125 125 125 125 125 125 125 125 125 125 125 125 125 125))

  ;; The number of lines from address 0 to $end, which ends with a newline; -1 when some line is blank, longer than $lineBytesMax, does not
  ;; begin and end with braces, or has one that opens behind one that closes. Reads up to 16 bytes behind $end.
  (func (export "count") (param $end i32) (param $lineBytesMax i32) (result i32)
    (local $bytes v128) (local $newlines v128) (local $closings v128)
    (local $block i32) (local $mask i32) (local $at i32) (local $next i32) (local $byte i32)
    (local $start i32) (local $lines i32)
    (local.set $newlines (global.get $newline))
    (local.set $closings (global.get $closing))
    (block $fail
      (block $done
        (loop $nextBlock
          (br_if $done (i32.ge_u (local.get $block) (local.get $end)))
          (local.set $bytes (v128.load (local.get $block)))
          (local.set $mask
            (i8x16.bitmask
              (v128.or
                (i8x16.eq (local.get $bytes) (local.get $newlines))
                (i8x16.eq (local.get $bytes) (local.get $closings)))))
          (loop $nextFound
            (if (local.get $mask)
              (then
                (local.set $at (i32.add (local.get $block) (i32.ctz (local.get $mask))))
                (local.set $mask (i32.and (local.get $mask) (i32.sub (local.get $mask) (i32.const 1))))
                (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
                (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 10))
                  (then
                    (local.set $next (local.get $at))
                    (br_if $fail
                      (i32.gt_u (i32.sub (local.get $at) (local.get $start)) (local.get $lineBytesMax)))
                    ;; `{}` at least, and perhaps a carriage return.
                    (br_if $fail (i32.lt_u (i32.sub (local.get $next) (local.get $start)) (i32.const 2)))
                    (if (i32.eq (i32.load8_u (i32.sub (local.get $next) (i32.const 1))) (i32.const 13))
                      (then (local.set $next (i32.sub (local.get $next) (i32.const 1)))))
                    (br_if $fail (i32.ne (i32.load8_u (local.get $start)) (i32.const 123)))
                    (br_if $fail
                      (i32.ne (i32.load8_u (i32.sub (local.get $next) (i32.const 1))) (i32.const 125)))
                    (local.set $lines (i32.add (local.get $lines) (i32.const 1)))
                    (local.set $start (i32.add (local.get $at) (i32.const 1))))
                  (else
                    ;; Behind a closing brace, and spaces, tabs and carriage returns: one that opens?
                    (local.set $next (local.get $at))
                    (loop $nextSpace
                      (local.set $next (i32.add (local.get $next) (i32.const 1)))
                      (br_if $fail (i32.ge_u (local.get $next) (local.get $end)))
                      (local.set $byte (i32.load8_u (local.get $next)))
                      (br_if $nextSpace (i32.eq (local.get $byte) (i32.const 32)))
                      (br_if $nextSpace (i32.eq (local.get $byte) (i32.const 9)))
                      (br_if $nextSpace (i32.eq (local.get $byte) (i32.const 13))))
                    (br_if $fail (i32.eq (local.get $byte) (i32.const 123)))))
                (br $nextFound))))
          (local.set $block (i32.add (local.get $block) (i32.const 16)))
          (br $nextBlock)))
      (br_if $fail (i32.ne (local.get $start) (local.get $end)))
      (return (local.get $lines)))
    (i32.const -1))
)

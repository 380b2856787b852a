;; Decodes the base64 texts of one request, sixteen letters at a time. base64-texts.ts holds this compiled and says what it is called with;
;; base64-texts.test.ts fails when the two differ, and prints what to put there.
(module
  (memory (export "memory") 1)

  ;; Behind the last decoded byte, and how many texts were decoded: the caller sets them, decode() goes on from there.
  (global $out (export "out") (mut i32) (i32.const 0))
  (global $count (export "count") (mut i32) (i32.const 0))

  ;; They never change; as constants they would be made anew in each turn of the loop, which takes twice the time.
  ;; The class of a letter by its high and by its low four bits; classes that have no bit in common are letters of base64.
  (global $classByHigh (mut v128)
    (v128.const i8x16 0x10 0x10 0x01 0x02 0x04 0x08 0x04 0x08 0x10 0x10 0x10 0x10 0x10 0x10 0x10 0x10))
  (global $classByLow (mut v128)
    (v128.const i8x16 0x15 0x11 0x11 0x11 0x11 0x11 0x11 0x11 0x11 0x11 0x13 0x1a 0x1b 0x1b 0x1b 0x1a))
  ;; What turns a letter into its six bits, by its high four bits; the first is for `/`, which shares them with `+`.
  (global $shifts (mut v128) (v128.const i8x16 0 16 19 4 -65 -65 -71 -71 0 0 0 0 0 0 0 0))
  (global $slash (mut v128)
    (v128.const i8x16 47 47 47 47 47 47 47 47 47 47 47 47 47 47 47 47))
  (global $lowBits (mut v128)
    (v128.const i8x16 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15 15))
  (global $first (mut v128) (v128.const i16x8 0xff 0xff 0xff 0xff 0xff 0xff 0xff 0xff))
  (global $joinPairs (mut v128) (v128.const i16x8 0x1000 1 0x1000 1 0x1000 1 0x1000 1))

  ;; Texts from $at, the first letter of one, each with its closing quote, as long as the same $betweenBytes bytes (16 at most) as
  ;; at $between stand between a text and the next. Gives the place behind the last closing quote; -1 for what is not
  ;; strict base64, or goes on to $end. Ends of texts, counted from $base, are written from address 0 on, four bytes each.
  ;; Reads up to 16 bytes behind $end, and writes as many behind the last byte that it decodes.
  (func (export "decode")
    (param $at i32) (param $end i32) (param $base i32) (param $countMax i32)
    (param $between i32) (param $betweenBytes i32) (result i32)
    (local $text v128) (local $high v128) (local $wrong v128) (local $bits v128)
    (local $byHigh v128) (local $byLow v128) (local $byShift v128) (local $slashes v128)
    (local $low v128) (local $even v128) (local $pairs v128)
    (local $to i32) (local $number i32) (local $letters i32) (local $betweenMask i32)
    (local.set $byHigh (global.get $classByHigh))
    (local.set $byLow (global.get $classByLow))
    (local.set $byShift (global.get $shifts))
    (local.set $slashes (global.get $slash))
    (local.set $low (global.get $lowBits))
    (local.set $even (global.get $first))
    (local.set $pairs (global.get $joinPairs))
    (local.set $to (global.get $out))
    (local.set $number (global.get $count))
    (local.set $betweenMask (i32.sub (i32.shl (i32.const 1) (local.get $betweenBytes)) (i32.const 1)))
    (block $fail
      (loop $nextText
        (loop $nextLetters
          (br_if $fail (i32.ge_u (local.get $at) (local.get $end)))
          (local.set $text (v128.load (local.get $at)))
          (local.set $high (i8x16.shr_u (local.get $text) (i32.const 4)))
          (local.set $wrong
            (i8x16.ne
              (v128.and
                (i8x16.swizzle (local.get $byHigh) (local.get $high))
                (i8x16.swizzle (local.get $byLow) (v128.and (local.get $text) (local.get $low))))
              (v128.const i64x2 0 0)))
          ;; Six bits of each letter; none of what is no letter.
          (local.set $bits
            (v128.andnot
              (i8x16.add
                (local.get $text)
                (i8x16.swizzle
                  (local.get $byShift)
                  (i8x16.add (local.get $high) (i8x16.eq (local.get $text) (local.get $slashes)))))
              (local.get $wrong)))
          ;; Twelve of each pair, then 24 of each four: a product of pairs that is added up.
          (local.set $bits
            (i32x4.dot_i16x8_s
              (v128.or
                (i16x8.shl (v128.and (local.get $bits) (local.get $even)) (i32.const 6))
                (i16x8.shr_u (local.get $bits) (i32.const 8)))
              (local.get $pairs)))
          (v128.store
            (local.get $to)
            (i8x16.shuffle 2 1 0 6 5 4 10 9 8 14 13 12 0 0 0 0 (local.get $bits) (local.get $bits)))
          (if (i32.eqz (v128.any_true (local.get $wrong)))
            (then
              (local.set $at (i32.add (local.get $at) (i32.const 16)))
              (local.set $to (i32.add (local.get $to) (i32.const 12)))
              (br $nextLetters))))
        ;; Whole fours count; what is left of a four needs its padding, and zeros in the bits that belong to no byte.
        (local.set $letters (i32.ctz (i8x16.bitmask (local.get $wrong))))
        (local.set $at (i32.add (local.get $at) (local.get $letters)))
        (local.set $to
          (i32.add
            (local.get $to)
            (i32.mul (i32.shr_u (local.get $letters) (i32.const 2)) (i32.const 3))))
        (local.set $letters (i32.and (local.get $letters) (i32.const 3)))
        (if (local.get $letters)
          (then
            (br_if $fail (i32.eq (local.get $letters) (i32.const 1)))
            (br_if $fail (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x3d)))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (if (i32.eq (local.get $letters) (i32.const 2))
              (then
                (br_if $fail (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x3d)))
                (local.set $at (i32.add (local.get $at) (i32.const 1)))))
            (local.set $to (i32.add (local.get $to) (i32.sub (local.get $letters) (i32.const 1))))
            (br_if $fail (i32.load8_u (local.get $to)))))
        (br_if $fail (i32.ge_u (local.get $at) (local.get $end)))
        (br_if $fail (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x22)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (i32.store
          (i32.shl (local.get $number) (i32.const 2))
          (i32.sub (local.get $to) (local.get $base)))
        (local.set $number (i32.add (local.get $number) (i32.const 1)))
        (if (i32.lt_u (local.get $number) (local.get $countMax))
          (then
            (if
              (i32.eqz
                (i32.and
                  (i8x16.bitmask (i8x16.ne (v128.load (local.get $at)) (v128.load (local.get $between))))
                  (local.get $betweenMask)))
              (then
                (local.set $at (i32.add (local.get $at) (local.get $betweenBytes)))
                (br $nextText))))))
      (global.set $out (local.get $to))
      (global.set $count (local.get $number))
      (return (local.get $at)))
    (i32.const -1))
)

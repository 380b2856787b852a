# What a team declares of its archive, with the provider of AWS: buckets, catalog, crawler, workgroup, statements, a stream.
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

# Another value is a change of several resources.
variable "days" {
  default = 30
}

# Where the services are, the environment says.
provider "aws" {
  s3_use_path_style       = true
  skip_metadata_api_check = true
  default_tags {
    tags = { team = "logs" }
  }
}

data "aws_caller_identity" "owner" {}

output "account" {
  value = data.aws_caller_identity.owner.account_id
}

resource "aws_s3_bucket" "lake" {
  bucket        = "lake"
  force_destroy = true
  tags          = { kept = "${var.days} days" }
}

resource "aws_s3_object" "users" {
  bucket       = aws_s3_bucket.lake.bucket
  key          = "users/users.csv"
  content      = "1,Ann\n2,Bob\n"
  content_type = "text/csv"
  tags         = { kind = "reference" }
}

data "aws_s3_objects" "users" {
  bucket     = aws_s3_bucket.lake.bucket
  prefix     = "users/"
  depends_on = [aws_s3_object.users]
}

output "keys" {
  value = data.aws_s3_objects.users.keys
}

resource "aws_glue_catalog_database" "lake" {
  name         = "lake"
  description  = "made by Terraform"
  parameters   = { owner = "logs" }
  location_uri = "s3://${aws_s3_bucket.lake.bucket}/"
}

resource "aws_glue_catalog_table" "users" {
  name          = "users"
  database_name = aws_glue_catalog_database.lake.name
  description   = "an uploaded file"
  table_type    = "EXTERNAL_TABLE"
  parameters    = { EXTERNAL = "TRUE", days = var.days }
  storage_descriptor {
    location      = "s3://${aws_s3_bucket.lake.bucket}/users/"
    input_format  = "org.apache.hadoop.mapred.TextInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
      parameters            = { "field.delim" = "," }
    }
    columns {
      name = "id"
      type = "bigint"
    }
    columns {
      name    = "name"
      type    = "string"
      comment = "in full"
    }
  }
}

resource "aws_glue_catalog_table" "events" {
  name          = "events"
  database_name = aws_glue_catalog_database.lake.name
  table_type    = "EXTERNAL_TABLE"
  parameters    = { EXTERNAL = "TRUE", classification = "json" }
  partition_keys {
    name = "dt"
    type = "string"
  }
  storage_descriptor {
    location      = "s3://${aws_s3_bucket.lake.bucket}/events/"
    input_format  = "org.apache.hadoop.mapred.TextInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
    ser_de_info {
      serialization_library = "org.openx.data.jsonserde.JsonSerDe"
    }
    columns {
      name = "id"
      type = "bigint"
    }
  }
}

resource "aws_glue_partition" "day" {
  database_name    = aws_glue_catalog_database.lake.name
  table_name       = aws_glue_catalog_table.events.name
  partition_values = ["2026-11-01"]
  parameters       = { days = var.days }
  storage_descriptor {
    location      = "s3://${aws_s3_bucket.lake.bucket}/events/dt=2026-11-01/"
    input_format  = "org.apache.hadoop.mapred.TextInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
    ser_de_info {
      serialization_library = "org.openx.data.jsonserde.JsonSerDe"
    }
    columns {
      name = "id"
      type = "bigint"
    }
  }
}

resource "aws_glue_partition_index" "by_day" {
  database_name = aws_glue_catalog_database.lake.name
  table_name    = aws_glue_catalog_table.events.name
  partition_index {
    index_name = "by_day"
    keys       = ["dt"]
  }
}

resource "aws_glue_classifier" "calls" {
  name = "calls"
  grok_classifier {
    classification = "calls"
    grok_pattern   = "%%{IP:ip} %%{WORD:verb}"
  }
}

resource "aws_glue_crawler" "events" {
  name          = "events"
  role          = "arn:aws:iam::123456789012:role/crawler"
  database_name = aws_glue_catalog_database.lake.name
  classifiers   = [aws_glue_classifier.calls.name]
  table_prefix  = "found_"
  description   = "looks back ${var.days} days"
  s3_target {
    path = "s3://${aws_s3_bucket.lake.bucket}/events/"
  }
  schema_change_policy {
    delete_behavior = "LOG"
  }
}

resource "aws_athena_workgroup" "team" {
  name          = "team"
  description   = "made by Terraform"
  force_destroy = true
  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = false
    bytes_scanned_cutoff_per_query     = 10485760 * var.days
    result_configuration {
      output_location = "s3://${aws_s3_bucket.lake.bucket}/results/"
      encryption_configuration {
        encryption_option = "SSE_S3"
      }
    }
    engine_version {
      selected_engine_version = "Athena engine version 3"
    }
  }
}

# Its provider runs DDL, with the bucket for the answers.
resource "aws_athena_database" "scratch" {
  name          = "scratch"
  bucket        = aws_s3_bucket.lake.bucket
  comment       = "by a statement"
  force_destroy = true
}

resource "aws_athena_named_query" "all_users" {
  name      = "all-users"
  workgroup = aws_athena_workgroup.team.id
  database  = aws_glue_catalog_database.lake.name
  query     = "SELECT * FROM users"
}

resource "aws_athena_prepared_statement" "one_user" {
  name            = "one_user"
  workgroup       = aws_athena_workgroup.team.name
  query_statement = "SELECT name FROM lake.users WHERE id = ?"
}

resource "aws_kinesis_firehose_delivery_stream" "clicks" {
  name        = "clicks"
  destination = "extended_s3"
  extended_s3_configuration {
    role_arn            = "arn:aws:iam::123456789012:role/delivery"
    bucket_arn          = aws_s3_bucket.lake.arn
    buffering_interval  = 60 + var.days
    prefix              = "clicks/dt=!{timestamp:yyyy-MM-dd}/"
    error_output_prefix = "errors/!{firehose:error-output-type}/"
  }
}

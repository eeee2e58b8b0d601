resource "aws_s3_bucket" "permits" {
  bucket = "permits"
}

addSbtPlugin("uk.gov.example" % "sbt-accessibility-linter" % "1.0.0")

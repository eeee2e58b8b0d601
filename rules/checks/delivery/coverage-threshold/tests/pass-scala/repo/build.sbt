lazy val bins = project.settings(
  coverageMinimumStmtTotal := 88,
  coverageFailOnMinimum := true
)

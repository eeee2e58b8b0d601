import sbt._

object AppDependencies {
  private val bootstrap = "9.1.0"
  val compile = Seq(
    "uk.gov.hmrc" %% "play-frontend-hmrc-play-30" % "11.2.0",
  )
}

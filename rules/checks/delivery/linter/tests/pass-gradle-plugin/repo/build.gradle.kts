plugins {
  id("org.jlleitschuh.gradle.ktlint") version "12.1.0"
}

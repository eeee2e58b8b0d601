dependencies {
  implementation("uk.gov.service.notify:notifications-java-client:5.2.1-RELEASE")
}

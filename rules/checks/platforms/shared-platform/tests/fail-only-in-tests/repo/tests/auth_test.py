ISSUER = "https://oidc.integration.account.gov.uk"

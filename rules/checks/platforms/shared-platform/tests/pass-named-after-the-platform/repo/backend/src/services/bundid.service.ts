export const sso = 'https://int.id.bund.de/idp/profile/SAML2/Redirect/SSO';

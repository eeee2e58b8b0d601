// Loaded before Prism, which would follow redirects itself and judge what stands at their end: here they are answers like others.
const fetch = require('node-fetch');
fetch.default = (url, options) => fetch(url, { ...options, redirect: 'manual' });

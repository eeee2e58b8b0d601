const spiderplan = require("spiderplan");
module.exports = { fspId: "bank", spiderLevel: 2, fspidl2: true };

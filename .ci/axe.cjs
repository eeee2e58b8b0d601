// Opens pages in Chromium, wide, narrow and dark, with every fold open, and asks axe about them. Nothing may be loaded, and no
// script may be needed. BROWSER=PATH axe.cjs FILE…
const { pathToFileURL } = require("node:url");
const { readFileSync } = require("node:fs");
const puppeteer = require("puppeteer-core");

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const views = [[1200, "light"], [360, "light"], [1200, "dark"]];
const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND"];

(async () => {
  const browser = await puppeteer.launch({ executablePath: process.env.BROWSER, headless: true, args });
  let faults = 0;
  const fault = (file, what) => {
    faults += 1;
    console.log(`${file}: ${what}`);
  };
  for (const file of process.argv.slice(2)) {
    for (const [width, scheme] of views) {
      const page = await browser.newPage();
      page.on("request", (request) => request.url().startsWith("file:") || fault(file, `loads ${request.url()}`));
      await page.setViewport({ width, height: 900 });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await page.goto(pathToFileURL(file).href);
      if (await page.$("script")) fault(file, "has a script");
      await page.evaluate(() => document.querySelectorAll("details").forEach((fold) => { fold.open = true; }));
      if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) fault(file, `is wider than ${width}`);
      await page.evaluate(axe);
      const found = await page.evaluate(() => axe.run());
      found.violations.forEach((violation) => fault(file, `${width} ${scheme}: ${violation.id}, ${violation.nodes.length} times`));
      await page.close();
    }
  }
  await browser.close();
  process.exit(faults ? 1 : 0);
})();

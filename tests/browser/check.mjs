// Looks at every page as people do: in a real browser, on a phone and on a desk, by day and by night,
// with scripting and without. Reads what to look at as JSON from standard input, writes what is wrong as
// JSON to standard output, and keeps a screenshot of each page.
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { HtmlValidate } from "html-validate";
import jsQR from "jsqr";
import { PNG } from "pngjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const MOST_BYTES = 30 * 1024;
const MOST_REQUESTS = 5;
const PHONE = { width: 320, height: 640 }, DESK = { width: 1100, height: 800 };

const { base, shots, executable, pages, product, scans } = JSON.parse(await text(process.stdin));
const faults = [];
const fault = (where, what) => faults.push(`${where}: ${what}`);

const browser = await chromium.launch({
  executablePath: executable,
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
  ],
});
const visit = async (options, look) => {
  const context = await browser.newContext({ locale: "vi-VN", ...options });
  try {
    return await look(await context.newPage(), context);
  } finally {
    await context.close();
  }
};

const validator = new HtmlValidate({
  extends: ["html-validate:standard"],
  rules: {
    // Ways of writing, not of meaning: the pages are written by a program, and without what HTML lets out.
    "doctype-style": "off", "void-style": "off", "no-trailing-whitespace": "off", "attr-quotes": "off", "long-title": "off",
    "no-implicit-button-type": "off",
  },
});

// Loads a page and sums up what the network brought.
const load = async (page, where, address) => {
  const seen = [], sizes = [];
  page.on("requestfinished", (request) => {
    seen.push(request.url());
    sizes.push(request.sizes().then((size) => size.responseBodySize + size.responseHeadersSize));
  });
  page.on("requestfailed", (request) => fault(where, `${request.url()} failed: ${request.failure()?.errorText}`));
  page.on("console", (message) => message.type() === "error" && !/status of 4\d\d/.test(message.text()) && fault(where, `the console says: ${message.text()}`));
  page.on("pageerror", (error) => fault(where, `a script failed: ${error}`));
  const response = await page.goto(base + address, { waitUntil: "networkidle" });
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  const foreign = seen.filter((url) => !url.startsWith(base + "/"));
  if (foreign.length) fault(where, `asks other hosts: ${foreign}`);
  if (seen.length > MOST_REQUESTS) fault(where, `${seen.length} requests: ${seen}`);
  if (bytes > MOST_BYTES) fault(where, `${bytes} bytes`);
  return { response, bytes, requests: seen.length };
};

// What a page says, but for the id that each request gets.
const said = async (page) => (await page.locator("main").innerText()).replace(/(Mã yêu cầu|Request): \S+/, "");

const weights = {};
for (const { name, address, status, headline, colour } of pages) {
  let first;
  for (const scheme of ["light", "dark"]) {
    for (const [size, viewport] of scheme === "dark" ? [["phone", PHONE]] : [["phone", PHONE], ["desk", DESK]]) {
      const where = `${name} (${size}, ${scheme})`;
      await visit({ viewport, colorScheme: scheme, deviceScaleFactor: size === "phone" ? 2 : 1 }, async (page) => {
        const { response, bytes, requests } = await load(page, where, address);
        if (response.status() !== status) fault(where, `status ${response.status()}`);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        if (width > viewport.width) fault(where, `is ${width} pixels wide`);
        const h1 = await page.locator("h1").allInnerTexts();
        if (h1.length !== 1 || (headline && h1[0] !== headline)) fault(where, `headline ${JSON.stringify(h1)}`);
        if (colour) {
          // The verdict is what meets the eye: on the first screen, in its colour.
          const panel = page.locator(".verdict").first();
          const box = await panel.locator("h1").boundingBox();
          if (!box || box.y + box.height > viewport.height) fault(where, "the verdict is not on the first screen");
          if (!(await panel.getAttribute("class")).split(" ").includes(colour)) fault(where, `the verdict is not ${colour}`);
        }
        await page.evaluate(axe);
        const { violations } = await page.evaluate((rules) => axe.run(document, { runOnly: rules }), RULES);
        for (const { id, help, nodes } of violations) fault(where, `axe ${id}: ${help}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
        await page.screenshot({ path: `${shots}/${name}-${size}-${scheme}.png`, fullPage: true });
        if (!first) {
          first = { h1: h1[0], main: await said(page) };
          weights[name] = { bytes, requests };
          const report = await validator.validateString(await response.text());
          for (const { messages } of report.results) for (const { ruleId, message, line, column } of messages) fault(name, `HTML ${line}:${column} ${ruleId}: ${message}`);
          // Every letter from one font: none fell back to another or to a box.
          const session = await page.context().newCDPSession(page);
          await session.send("DOM.enable");
          await session.send("CSS.enable");
          const { root } = await session.send("DOM.getDocument");
          const { nodeId } = await session.send("DOM.querySelector", { nodeId: root.nodeId, selector: "h1" });
          const { fonts } = await session.send("CSS.getPlatformFontsForNode", { nodeId });
          if (fonts.length !== 1) fault(name, `fonts of the headline: ${JSON.stringify(fonts)}`);
          await page.emulateMedia({ media: "print" });
          await page.screenshot({ path: `${shots}/${name}-print.png`, fullPage: true });
        }
      });
    }
  }
  // Without scripting the page says the same.
  await visit({ viewport: PHONE, javaScriptEnabled: false }, async (page) => {
    await page.goto(base + address);
    const main = await said(page);
    if (!name.startsWith("scan") && main !== first.main) fault(name, "says something else without scripting");
    await page.screenshot({ path: `${shots}/${name}-noscript.png`, fullPage: true });
  });
}

// Codes lead where they say, drawn by the server as pixels and by the browser from a drawing.
const decoded = (bytes) => {
  const { data, width, height } = PNG.sync.read(bytes);
  return jsQR(new Uint8ClampedArray(data), width, height)?.data;
};
// Scheme and host mean the same in capitals; the path is as it is.
const means = (code) => code && new URL(code).href;
await visit({ viewport: DESK }, async (page, context) => {
  for (const file of ["qr.png", "picture.png"]) {
    const code = means(decoded(await (await context.request.get(`${base}/${product}/${file}`)).body()));
    if (code !== `${base}/${product}`) fault(file, `leads to ${code}`);
  }
  await page.goto(`${base}/${product}`);
  const image = page.locator("img.qr");
  await image.scrollIntoViewIfNeeded();
  await page.waitForLoadState("networkidle");
  const code = means(decoded(await image.screenshot()));
  if (code !== `${base}/${product}`) fault("the QR code on the page", `leads to ${code}`);
  await page.goto(`${base}/${product}/badge.svg`);
  await page.screenshot({ path: `${shots}/badge.png`, clip: { x: 0, y: 0, width: 220, height: 64 } });
});

// By keyboard: the first stop leads past the header, and can be seen.
await visit({ viewport: PHONE }, async (page) => {
  await page.goto(base + "/");
  await page.keyboard.press("Tab");
  const box = await page.locator(".skip:focus").boundingBox();
  if (!box || box.x < 0) fault("keyboard", "the link past the header is not seen when it has the focus");
  await page.keyboard.press("Enter");
  if (!page.url().endsWith("#main")) fault("keyboard", "the link past the header leads nowhere");
});

// Forms without scripting: look a code up, report a label.
await visit({ viewport: PHONE, javaScriptEnabled: false }, async (page) => {
  await page.goto(base + "/");
  await page.fill("#q", product.toLowerCase());
  await page.click("form button");
  if (page.url() !== `${base}/${product}`) fault("the box", `leads to ${page.url()}`);
  await page.click(`a[href="/${product}/report"]`);
  await page.check('input[value="wrong_stars"]');
  await page.fill("#seen", "Chợ Bến Thành");
  await page.click("main form button");
  if (!page.url().endsWith("/report?sent=1")) fault("the report", `leads to ${page.url()}: ${await page.locator("main").innerText()}`);
  // In English all the way, once chosen.
  await page.goto(base + "/");
  await page.click('a[hreflang="en"]');
  await page.fill("#q", product);
  await page.click("form button");
  if (page.url() !== `${base}/${product}?lang=en`) fault("the language", `is lost: ${page.url()}`);
});

// The camera, where the browser can read codes; what it reads never leads away from here.
for (const { read, leads } of scans) {
  await visit({ viewport: PHONE, permissions: ["camera"] }, async (page) => {
    await page.addInitScript((value) => {
      window.BarcodeDetector = class {
        static async getSupportedFormats() { return ["qr_code", "ean_13"]; }
        async detect() { return [{ rawValue: value }]; }
      };
    }, read);
    await page.goto(base + "/scan");
    await page.click("#start");
    await page.waitForURL((url) => !url.pathname.startsWith("/scan"), { timeout: 10_000 }).catch(() => fault("scan", `${read} leads nowhere`));
    if (page.url() !== base + leads) fault("scan", `${read} leads to ${page.url()}`);
  });
}
await visit({ viewport: PHONE }, async (page) => {
  await page.addInitScript(() => delete window.BarcodeDetector);
  await page.goto(base + "/scan");
  if (!(await page.locator("#state").innerText()).includes("gõ mã") || (await page.locator("#start").isVisible())) fault("scan", "does not say that this browser cannot");
});

await browser.close();
console.log(JSON.stringify({ faults, weights }));

import type { Browser, Page } from "playwright-core";
import { onTestFinished } from "vitest";

/** `meetingPage.ts` in a document of the installation, because only there may it use the API. Closed after the test. */
export async function openMeetingPage(browser: Browser, origin: string, served: { url: string }): Promise<Page> {
  const context = await browser.newContext({ bypassCSP: true });
  const page = await context.newPage();
  onTestFinished(async () => {
    await page.unrouteAll({ behavior: "ignoreErrors" }); // the worker may still be loading
    await context.close();
  });
  await page.route(/\/(page\.js|assets\/.*)$/, async (route) => {
    const { pathname } = new URL(route.request().url());
    const response = await route.fetch({ url: new URL(pathname, served.url).href });
    // As the installation's own scripts come: a document with this policy starts no worker without it.
    const headers = { ...response.headers(), "cross-origin-embedder-policy": "require-corp" };
    await route.fulfill({ response, headers });
  });
  await page.goto(`${origin}/api/installation`);
  await page.addScriptTag({ url: "/page.js", type: "module" });
  await page.waitForFunction(() => "meetingPage" in globalThis);
  return page;
}

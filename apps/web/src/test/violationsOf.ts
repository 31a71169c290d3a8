import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

/** Rules of WCAG 2.2 AA and of good practice that the page breaks, each with its elements; empty when all is well. */
export async function violationsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    // In one go: without it a second page is opened for what the frames of a page have in common, and here are none.
    .setLegacyMode()
    .options({ resultTypes: ["violations"] })
    // react-aria's announcer: it names elements that may be gone by now, seconds after it was read out.
    .exclude("[data-live-announcer]")
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}

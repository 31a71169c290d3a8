/**
 * @typedef {{ status: string }} Assertion
 * @typedef {{ status: string, name: string, assertionResults: Assertion[] }} FileResult
 * @typedef {{ testResults: FileResult[] }} Report as vitest's JSON reporter writes it
 */

/**
 * Counts tests. What failed without being a test counts as one failed test: a file that could not be loaded, and a run that
 * ended badly although every test passed (an error nobody waited for, say).
 *
 * @param {Report} report
 * @param {number} exitCode vitest's
 * @returns {{ passed: number, failed: number, brokenFiles: string[] }}
 */
export function countTests({ testResults }, exitCode) {
  const statuses = testResults.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  const passed = statuses.filter((status) => status === "passed").length;
  const failedTests = statuses.filter((status) => status === "failed").length;
  const brokenFiles = testResults
    .filter(
      ({ status, assertionResults }) =>
        status === "failed" && !assertionResults.some((test) => test.status === "failed"),
    )
    .map(({ name }) => name);
  const failed = failedTests + brokenFiles.length;
  return { passed, failed: failed === 0 && exitCode !== 0 ? 1 : failed, brokenFiles };
}

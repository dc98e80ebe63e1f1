// Prints what was skipped, the conformance cases of each adapter of the log, the slowest files, and the last line of a CI
// run, from jest's JSON report. A run that never reached the tests counts as one failure. Ends with 1 unless everything
// passed.
import { readFileSync } from 'node:fs';

const [, , file, failedBefore] = process.argv;
let passed = 0;
let failed = 0;
try {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  passed = report.numPassedTests;
  failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  for (const suite of report.testResults)
    for (const test of suite.assertionResults)
      if (test.status === 'pending' || test.status === 'todo')
        // A title that says itself that it is skipped, and why, is printed as it is.
        console.log(test.fullName.includes(': skipped (') ? test.fullName : `skipped: ${test.fullName}`);
  const cases = conformance(report);
  console.log(
    `cases of the log's conformance suite that passed: ${[...cases].map(([adapter, count]) => `${adapter} ${count}`).join(', ')}`,
  );
  if (cases.size < 3 || new Set(cases.values()).size > 1) {
    console.log('three adapters, memory, PostgreSQL and EventStoreDB, must pass the same number of cases');
    failed += 1;
  }
  const seconds = ({ startTime, endTime }) => Math.round((endTime - startTime) / 1000);
  const slowest = [...report.testResults].sort((a, b) => seconds(b) - seconds(a)).slice(0, 10);
  for (const suite of slowest) console.log(`${seconds(suite)} s  ${suite.name}`);
} catch {
  // No report: install, gate or build failed before the tests began.
}
function conformance(report) {
  const cases = new Map();
  for (const suite of report.testResults)
    for (const { ancestorTitles, status } of suite.assertionResults) {
      const adapter = /^the log, kept in (.*),$/.exec(ancestorTitles[0] ?? '')?.[1];
      if (adapter && status === 'passed') cases.set(adapter, (cases.get(adapter) ?? 0) + 1);
    }
  return cases;
}
if (failedBefore === '1' && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

// Prints the last line of a CI run from jest's JSON report; a run that never reached the tests counts as one failure.
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
      if (test.status === 'pending' || test.status === 'todo') console.log(`skipped: ${test.fullName}`);
} catch {
  // No report: install, gate or build failed before the tests began.
}
if (failedBefore === '1' && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

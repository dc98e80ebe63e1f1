// Asks the registry for known weaknesses of what runs in production, and prints one line: passed, skipped (why) or
// failed (what). High and critical ones fail unless audit-allowed.json says, with a reason and until when, why they do not
// touch us. A registry that does not answer is no failure of ours; it is said.
//   node .ci/audit.js [--report <file of npm audit --json>] [--allowed <file>] [--today YYYY-MM-DD]
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const option = (name, otherwise) => {
  const index = process.argv.indexOf(`--${name}`);
  return index < 0 ? otherwise : process.argv[index + 1];
};

const end = (line, code = 0) => {
  console.log(`dependency audit: ${line}`);
  process.exit(code);
};

/** The report, or in a sentence why there is none. */
const reportOf = () => {
  const file = option('report');
  const text = file
    ? readFileSync(file, 'utf8')
    : spawnSync('npm', ['audit', '--omit=dev', '--audit-level=high', '--json'], {
        encoding: 'utf8',
        timeout: 60_000,
      }).stdout;
  try {
    const report = JSON.parse(text);
    if (report?.auditReportVersion === 2 && typeof report.vulnerabilities === 'object') return report;
    return `the registry does not answer: ${report?.statusCode ?? report?.error?.code ?? 'no report'}`;
  } catch {
    return 'the registry does not answer: no report';
  }
};

/** One line for each advisory: a package that only uses a weak one names that one and no advisory of its own. */
const findingsOf = ({ vulnerabilities }) => {
  const found = new Map();
  for (const { via } of Object.values(vulnerabilities))
    for (const advisory of via)
      if (typeof advisory === 'object') {
        const id = /GHSA-[\w-]+/.exec(advisory.url ?? '')?.[0] ?? String(advisory.source);
        found.set(`${id} ${advisory.name}`, {
          id,
          name: advisory.name,
          severity: advisory.severity,
          title: advisory.title,
        });
      }
  return [...found.values()];
};

const day = /^\d{4}-\d{2}-\d{2}$/;
const today = option('today', new Date().toISOString().slice(0, 10));
const allowed = JSON.parse(
  readFileSync(option('allowed', fileURLToPath(new URL('audit-allowed.json', import.meta.url))), 'utf8'),
);
for (const { id, package: name, decided, until, reason } of allowed)
  if (!id || !name || !day.test(decided ?? '') || !day.test(until ?? '') || (reason ?? '').length < 20)
    end('failed (audit-allowed.json wants id, package, decided, until and a reason for each)', 1);

const report = reportOf();
if (typeof report === 'string') end(`skipped (${report})`);

const findings = findingsOf(report);
const serious = findings.filter(({ severity }) => severity === 'high' || severity === 'critical');
const isAllowed = (finding) =>
  allowed.some(
    ({ id, package: name, until }) => id === finding.id && name === finding.name && today <= until,
  );
const open = serious.filter((finding) => !isAllowed(finding));
if (open.length > 0)
  end(
    `failed (${open.map(({ id, name, severity, title }) => `${severity} ${name} ${id}: ${title}`).join('; ')})`,
    1,
  );
const unused = allowed.filter(({ id }) => !findings.some((finding) => finding.id === id));
const rest = [
  ...(serious.length > 0 ? [`${serious.length} high allowed for a reason`] : []),
  ...(findings.length > serious.length ? [`${findings.length - serious.length} lower`] : []),
  ...unused.map(({ id }) => `${id} need not be allowed any more`),
];
end(rest.length > 0 ? `passed (${rest.join(', ')})` : 'passed');

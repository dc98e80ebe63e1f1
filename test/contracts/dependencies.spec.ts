import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Locked {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly link?: boolean;
}
interface Manifest {
  readonly name: string;
  readonly license?: string | { readonly type?: string };
  readonly licenses?: readonly { readonly type?: string }[];
}

/** Licences that ask for no more than their text beside the work. */
const free = [
  'MIT',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  '0BSD',
  'BlueOak-1.0.0',
  'Python-2.0',
  'Unlicense',
  // Of data, not of code: the holidays of date-holidays, which names its sources.
  'CC-BY-3.0',
];

/** The expression of SPDX, as far as packages use it: all of AND, one of OR. */
const isFree = (expression: string): boolean => {
  const plain = expression.replaceAll(/[()]/g, ' ').trim();
  if (plain.includes(' OR ')) return plain.split(' OR ').some(isFree);
  return plain.split(' AND ').every((name) => free.includes(name.trim()));
};

const licenceOf = ({ license, licenses }: Manifest): string => {
  if (typeof license === 'string') return license;
  if (license?.type) return license.type;
  return licenses?.map(({ type }) => type ?? 'none').join(' OR ') || 'none';
};

describe('What the system is built on', () => {
  const locked = Object.entries(
    (
      JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
        packages: Record<string, Locked>;
      }
    ).packages,
  ).filter(([path, { dev }]) => path !== '' && dev !== true);

  it('may be used as it is: every package that runs in production has a free licence', () => {
    const manifests = locked
      .map(([path]) => join(root, path, 'package.json'))
      .filter((path) => existsSync(path))
      .map((path) => JSON.parse(readFileSync(path, 'utf8')) as Manifest);
    expect(manifests.length).toBeGreaterThan(150);
    const others = manifests.filter((manifest) => !isFree(licenceOf(manifest)));
    expect(others.map((manifest) => `${manifest.name}: ${licenceOf(manifest)}`)).toEqual([]);
  });

  it('is all here, but for what other machines need', () => {
    const absent = locked.filter(([path]) => !existsSync(join(root, path, 'package.json')));
    expect(absent.filter(([, { optional }]) => optional !== true).map(([path]) => path)).toEqual([]);
  });

  it.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0)', true],
    ['(BSD-3-Clause AND Apache-2.0)', true],
    ['(MIT AND GPL-3.0)', false],
    ['GPL-3.0', false],
    ['SEE LICENSE IN LICENSE.md', false],
    ['none', false],
    ['UNLICENSED', false],
  ])('a licence %s: %s', (expression, holds) => {
    expect(isFree(expression)).toBe(holds);
  });
});

describe('The audit of the dependencies', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'audit-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const advisory = (id: string, name: string, severity: string) => ({
    source: 1,
    name,
    title: 'Too much trust',
    url: `https://github.com/advisories/${id}`,
    severity,
  });
  const reportOf = (...found: readonly ReturnType<typeof advisory>[]) => ({
    auditReportVersion: 2,
    vulnerabilities: {
      ...Object.fromEntries(found.map((one) => [one.name, { severity: one.severity, via: [one] }])),
      // What uses a weak package says only which.
      user: { severity: 'high', via: found.map(({ name }) => name) },
    },
  });
  const allowance = {
    id: 'GHSA-aaaa-bbbb-cccc',
    package: 'weak',
    decided: '2026-11-25',
    until: '2027-02-25',
  };
  const audit = (report: unknown, allowed: readonly object[] = [], today = '2026-12-01') => {
    const [reportFile, allowedFile] = ['report', 'allowed'].map((name) => join(folder, `${name}.json`));
    writeFileSync(reportFile!, typeof report === 'string' ? report : JSON.stringify(report));
    writeFileSync(allowedFile!, JSON.stringify(allowed));
    const { status, stdout } = spawnSync(
      process.execPath,
      ['.ci/audit.js', '--report', reportFile!, '--allowed', allowedFile!, '--today', today],
      { cwd: root, encoding: 'utf8' },
    );
    return [status, stdout.trim()];
  };

  it('runs in CI, and its list of exceptions can be read', () => {
    expect(readFileSync(join(root, '.ci/run'), 'utf8')).toContain('node .ci/audit.js || failed=1');
    expect(JSON.parse(readFileSync(join(root, '.ci/audit-allowed.json'), 'utf8'))).toEqual(expect.any(Array));
  });

  it('passes where nothing is known, or nothing serious', () => {
    expect(audit(reportOf())).toEqual([0, 'dependency audit: passed']);
    expect(audit(reportOf(advisory('GHSA-aaaa-bbbb-cccc', 'weak', 'moderate')))).toEqual([
      0,
      'dependency audit: passed (1 lower)',
    ]);
  });

  it('fails for what is high or critical, and names it', () => {
    for (const severity of ['high', 'critical'])
      expect(audit(reportOf(advisory('GHSA-aaaa-bbbb-cccc', 'weak', severity)))).toEqual([
        1,
        `dependency audit: failed (${severity} weak GHSA-aaaa-bbbb-cccc: Too much trust)`,
      ]);
  });

  it('lets pass what is allowed by name, for a reason, until a day', () => {
    const high = reportOf(advisory('GHSA-aaaa-bbbb-cccc', 'weak', 'high'));
    const reason = 'Only its parser of another format is touched, which is never called.';
    expect(audit(high, [{ ...allowance, reason }])).toEqual([
      0,
      'dependency audit: passed (1 high allowed for a reason)',
    ]);
    expect(audit(high, [{ ...allowance, reason }], '2027-02-26')[0]).toBe(1);
    expect(audit(high, [{ ...allowance, package: 'other', reason }])[0]).toBe(1);
    expect(audit(high, [{ ...allowance, reason: 'fine' }])[0]).toBe(1);
    expect(audit(high, [{ ...allowance, until: undefined, reason }])[0]).toBe(1);
    expect(audit(reportOf(), [{ ...allowance, reason }])[1]).toContain('need not be allowed any more');
  });

  it('says that it was skipped where the registry does not answer, and why', () => {
    expect(audit({ statusCode: 405, message: 'Method Not Allowed' })).toEqual([
      0,
      'dependency audit: skipped (the registry does not answer: 405)',
    ]);
    expect(audit('<html>')).toEqual([
      0,
      'dependency audit: skipped (the registry does not answer: no report)',
    ]);
  });

  it('asks npm for what runs in production and nothing else', () => {
    // A registry that is not there: what npm then says must be understood, too.
    const said = execFileSync(process.execPath, ['.ci/audit.js'], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, npm_config_registry: 'http://127.0.0.1:9', npm_config_fetch_retries: '0' },
    });
    expect(said).toMatch(/^dependency audit: skipped \(the registry does not answer: [\w ]+\)\n$/);
    expect(readFileSync(join(root, '.ci/audit.js'), 'utf8')).toContain("'audit', '--omit=dev'");
  });
});

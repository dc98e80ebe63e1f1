import { X509Certificate, createPrivateKey } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeCertificates, withoutCertificates } from '../support/certificates.js';
import { compose } from '../support/deployment.js';

const nodes = [1, 2, 3];

if (withoutCertificates) it.skip(`deploy/certificates.sh: ${withoutCertificates}`, () => undefined);
else
  describe('deploy/certificates.sh', () => {
    let folder: string;
    const bytesOf = (name: string): Promise<Buffer> => readFile(join(folder, name));
    const certificateOf = async (name: string): Promise<X509Certificate> =>
      new X509Certificate(await bytesOf(name));
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'relocation-certificates-'));
      await makeCertificates(folder);
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it('makes an authority of its own that may sign nothing but certificates of nodes', async () => {
      const authority = await certificateOf('ca/ca.crt');
      expect(authority.ca).toBe(true);
      expect(authority.checkIssued(authority)).toBe(true);
      expect(authority.verify(authority.publicKey)).toBe(true);
      expect(await bytesOf('private/ca/ca.crt')).toEqual(await bytesOf('ca/ca.crt'));
    });

    it.each(nodes)('makes a certificate of node %s by the names under which it is reached', async (node) => {
      const authority = await certificateOf('ca/ca.crt');
      const certificate = await certificateOf(`node-${node}/node.crt`);
      expect(certificate.ca).toBe(false);
      expect(certificate.checkIssued(authority)).toBe(true);
      expect(certificate.verify(authority.publicKey)).toBe(true);
      expect(certificate.subject).toBe('CN=eventstoredb-node');
      // What docker-compose.yml says that it is called, and where its own check of health asks.
      const called = compose.services[`store-${node}`]!.environment!['EVENTSTORE_NODE_HOST_ADVERTISE_AS'];
      expect(certificate.subjectAltName).toBe(`DNS:${called}, DNS:localhost, IP Address:127.0.0.1`);
      // Of a server, and of a client: the nodes call each other.
      expect([...certificate.keyUsage].sort()).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
      expect(Date.parse(certificate.validTo) - Date.now()).toBeGreaterThan(4 * 365 * 86_400_000);
      const key = createPrivateKey(await bytesOf(`node-${node}/node.key`));
      expect(certificate.checkPrivateKey(key)).toBe(true);
    });

    it('shows a key to nobody but the node, and that of the authority to none', async () => {
      const modeOf = async (name: string): Promise<number> => (await stat(join(folder, name))).mode & 0o777;
      for (const node of nodes) {
        expect(await modeOf(`node-${node}/node.key`)).toBe(0o400);
        if (process.getuid?.() === 0)
          expect((await stat(join(folder, `node-${node}/node.key`))).uid).toBe(
            Number(compose.services[`store-${node}`]!.user!.split(':')[0]),
          );
      }
      expect(await modeOf('private/ca')).toBe(0o700);
      expect(await modeOf('private/ca/ca.key')).toBe(0o600);
      expect(await modeOf('ca/ca.crt')).toBe(0o444);
    });

    it('leaves what is there, and makes all anew once it is told so', async () => {
      const files = [
        'ca/ca.crt',
        'private/ca/ca.key',
        'node-1/node.crt',
        'node-1/node.key',
        'node-3/node.key',
      ];
      const contents = () => Promise.all(files.map((name) => bytesOf(name)));
      const first = await contents();
      await makeCertificates(folder);
      expect(await contents()).toEqual(first);

      await rm(join(folder, 'private', 'done'));
      await makeCertificates(folder);
      (await contents()).forEach((content, at) => expect(content.equals(first[at]!)).toBe(false));
      const authority = await certificateOf('ca/ca.crt');
      for (const node of nodes)
        expect((await certificateOf(`node-${node}/node.crt`)).verify(authority.publicKey)).toBe(true);
    });
  });

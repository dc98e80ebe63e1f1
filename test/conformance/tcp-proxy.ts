import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/** Stands between a client and the database and does what networks do. */
export class TcpProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #onAnswer: (() => void) | undefined;
  #bytesToPass = Infinity;
  #held: { readonly to: Socket; readonly rest: Buffer }[] = [];
  #closedToNew: Promise<void> | undefined;

  private constructor(private readonly target: { readonly host: string; readonly port: number }) {
    this.#server = createServer((client) => void this.#serve(client));
  }

  /** @returns the proxy, and the URL of the same database through it */
  static async start(databaseUrl: string): Promise<{ readonly proxy: TcpProxy; readonly url: string }> {
    const url = new URL(databaseUrl);
    const proxy = new TcpProxy({ host: url.hostname, port: Number(url.port) });
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    const address = proxy.#server.address();
    url.hostname = '127.0.0.1';
    url.port = String(typeof address === 'object' ? address?.port : '');
    return { proxy, url: url.href };
  }

  /** Cuts every connection at the server's next answer, which nobody receives. */
  cutAtNextAnswer(): Promise<void> {
    return new Promise((resolve) => {
      this.#onAnswer = () => {
        this.#onAnswer = undefined;
        this.cut();
        resolve();
      };
    });
  }

  /** New connections wait until this is settled. */
  admitAfter(event: Promise<void>): void {
    this.#closedToNew = event;
  }

  /** Passes `bytes` more bytes to the server, and holds the rest until release(). */
  holdAfter(bytes: number): void {
    this.#bytesToPass = bytes;
  }

  release(): void {
    this.#bytesToPass = Infinity;
    for (const { to, rest } of this.#held.splice(0)) to.write(rest);
  }

  get holds(): number {
    return this.#held.reduce((sum, { rest }) => sum + rest.length, 0);
  }

  /** The clients see their connections end; the server is told, but works on until it writes. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(client: Socket): Promise<void> {
    client.on('error', () => undefined);
    client.pause();
    this.#sockets.add(client);
    await this.#closedToNew;
    const server = connect(this.target);
    this.#sockets.add(server);
    server.on('error', () => undefined);
    server.on('data', (data) => {
      if (this.#onAnswer) this.#onAnswer();
      else client.write(data);
    });
    client.on('data', (data: Buffer) => {
      const pass = Math.min(data.length, this.#bytesToPass);
      this.#bytesToPass -= pass;
      if (pass > 0) server.write(data.subarray(0, pass));
      if (pass < data.length) this.#held.push({ to: server, rest: data.subarray(pass) });
    });
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    client.resume();
  }
}

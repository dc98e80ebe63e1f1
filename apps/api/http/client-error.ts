import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import { problemDocument, problemText } from './problem.js';
import { secureHeaders } from './secure-headers.js';

const byCode: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'request.headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request.timeout',
};

/**
 * What came was no HTTP, or not in time: nothing of ours has run, and there is only the bare connection. It is answered
 * like everything else, in Swedish since no language could be read, and ended.
 */
export const answerClientError = (error: NodeJS.ErrnoException, socket: Socket): void => {
  // Gone, or already answered.
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = byCode[error.code ?? ''] ?? 'request.not_http';
  const { status } = problemText(code);
  const requestId = randomUUID();
  const body = JSON.stringify(problemDocument(code, status, 'sv', requestId));
  const headers = {
    ...secureHeaders,
    'x-request-id': requestId,
    'content-type': 'application/problem+json; charset=utf-8',
    'content-language': 'sv',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  // What is still on its way in is not waited for.
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`, () =>
    socket.destroy(),
  );
};

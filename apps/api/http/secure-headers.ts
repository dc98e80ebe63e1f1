/**
 * What every answer says to a browser, whatever the answer is: one list that can be read. Nothing in it depends on the
 * request, so it also stands on what is refused before any route is looked for.
 */
export const secureHeaders: Readonly<Record<string, string>> = {
  // Over TLS only, for a year; a proxy ends it, the promise is the same.
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  // The documentation page, and nothing else, loads anything.
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // The ids of cases stand in addresses.
  'referrer-policy': 'no-referrer',
  'permissions-policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'x-dns-prefetch-control': 'off',
  'x-permitted-cross-domain-policies': 'none',
  'x-robots-tag': 'noindex',
  // Answers differ by who asks: no cache on the way may keep one, unless the route says so.
  'cache-control': 'no-store',
  vary: 'accept-language, authorization',
};

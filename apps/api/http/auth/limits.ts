import { isIPv6 } from 'node:net';
import { Problem } from '../problem.js';

/** How often somebody may ask within a minute, all at once or evenly. They hold for one process. */
export interface LimitSettings {
  /** Requests of one person, or of one machine by itself; from one address, of what is open to everyone. */
  readonly requests: number;
  /** Requests of one person that were refused, or named what is not there: more is probing. */
  readonly refusals: number;
  /** Requests from one address without a token, or with a bad one. */
  readonly failedLogins: number;
}

export const safeLimits: LimitSettings = { requests: 600, refusals: 30, failedLogins: 60 };

/** Of a limit that has been reached. */
export interface Reached {
  /** Until the next request may come. */
  readonly seconds: number;
  /** Once in a minute: this time it is put on record. */
  readonly first: boolean;
}

/** For the record of refusals. */
export type LimitReason =
  | 'TOO_MANY_REQUESTS'
  | 'TOO_MANY_OPEN_REQUESTS'
  | 'TOO_MANY_REFUSALS'
  | 'TOO_MANY_FAILED_LOGINS'
  | 'TOO_MANY_FAILED_LOGINS_TO_RECORD';

/** Which limit, and until when. */
export interface Over extends Reached {
  readonly reason: LimitReason;
}

const over = (reason: LimitReason, reached: Reached | undefined): Over | undefined =>
  reached && { ...reached, reason };

interface Bucket {
  level: number;
  at: number;
  toldAt: number;
}

const minuteMs = 60_000;

/** As many addresses may each use up their failed logins, one record for each. */
const addressesOnRecord = 5;

/** So many looks for each request that somebody may make: whoever is within the limits does not meet that of looks. */
const looksForOne = 3;

/** So many times what else an address may ask may it ask about health: several probes, each every second and more often. */
const probesPerRequest = 10;

/** A bucket of tokens for each key: full it holds what is allowed in a minute, and fills at that pace. */
export class Buckets {
  readonly #buckets = new Map<string, Bucket>();

  /**
   * @param passed milliseconds that have passed, also where a test has set the day
   * @param most keys that are remembered: those that asked longest ago are forgotten, and begin anew
   */
  constructor(
    private readonly perMinute: number,
    private readonly passed: () => number,
    private readonly most = 20_000,
  ) {}

  /** Takes one; what could not be taken is said. */
  take(key: string): Reached | undefined {
    const bucket = this.#filled(key);
    if (bucket.level < 1) return this.#reached(bucket);
    bucket.level -= 1;
    return undefined;
  }

  /** Whether one could be taken now. */
  look(key: string): Reached | undefined {
    if (!this.#buckets.has(key)) return undefined;
    const bucket = this.#filled(key);
    return bucket.level < 1 ? this.#reached(bucket) : undefined;
  }

  #filled(key: string): Bucket {
    const now = this.passed();
    const known = this.#buckets.get(key);
    // A Map keeps the order of insertion: whoever asks goes to its end.
    this.#buckets.delete(key);
    const bucket = known ?? { level: this.perMinute, at: now, toldAt: -Infinity };
    bucket.level = Math.min(this.perMinute, bucket.level + ((now - bucket.at) * this.perMinute) / minuteMs);
    bucket.at = now;
    if (this.#buckets.size >= this.most) this.#buckets.delete(this.#buckets.keys().next().value!);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #reached(bucket: Bucket): Reached {
    const first = bucket.at - bucket.toldAt >= minuteMs;
    if (first) bucket.toldAt = bucket.at;
    return { seconds: Math.ceil(((1 - bucket.level) * minuteMs) / this.perMinute / 1_000), first };
  }
}

/** Whose address it is: of IPv6 the network, since one household has more addresses than there are people. */
export const addressKey = (address: string): string => {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(plain)) return plain;
  const [before = '', after = ''] = plain.replace(/%.*$/, '').split('::');
  const left = before === '' ? [] : before.split(':');
  const right = after === '' ? [] : after.split(':');
  const missing = Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
};

/** 429, with when to come again. */
export const tooMany = ({ seconds }: Reached): Problem =>
  new Problem('request.too_many', { headers: { 'retry-after': String(Math.max(1, seconds)) } });

/**
 * The limits of one process. What somebody does counts for that person alone, so that nobody shuts out anybody else; what
 * a rescuer does counts apart, so that no limit that was reached before shuts the rescuer out either.
 */
export class Limits {
  readonly #requests: Buckets;
  readonly #rescuers: Buckets;
  readonly #looks: Buckets;
  readonly #refusals: Buckets;
  readonly #failedLogins: Buckets;
  readonly #recordsOfFailedLogins: Buckets;
  readonly #open: Buckets;
  readonly #probes: Buckets;

  constructor(settings: LimitSettings, passed: () => number = () => performance.now()) {
    this.#requests = new Buckets(settings.requests, passed);
    this.#rescuers = new Buckets(settings.requests, passed);
    this.#looks = new Buckets(settings.requests * looksForOne, passed);
    this.#refusals = new Buckets(settings.refusals, passed);
    this.#failedLogins = new Buckets(settings.failedLogins, passed);
    this.#open = new Buckets(settings.requests, passed);
    this.#probes = new Buckets(settings.requests * probesPerRequest, passed);
    this.#recordsOfFailedLogins = new Buckets(settings.failedLogins * addressesOnRecord, passed);
  }

  /** One more request of somebody; after too many refusals no other is let through either. */
  request(who: string): Over | undefined {
    return (
      over('TOO_MANY_REFUSALS', this.#refusals.look(who)) ??
      over('TOO_MANY_REQUESTS', this.#requests.take(who))
    );
  }

  /** One more request of a rescuer, for a person who may be in danger. */
  rescuer(who: string): Over | undefined {
    return over('TOO_MANY_REQUESTS', this.#rescuers.take(who));
  }

  /** One more look at who somebody is and what part he or she has, where a rescuer may be asking: before it is made. */
  look(who: string): Over | undefined {
    return over('TOO_MANY_REQUESTS', this.#looks.take(who));
  }

  /** One more refusal of somebody. */
  refused(who: string): Over | undefined {
    return over('TOO_MANY_REFUSALS', this.#refusals.take(who));
  }

  /** One more request from an address that brought no good token. Those that bring one are never counted here. */
  failedLogin(address: string): Over | undefined {
    return over('TOO_MANY_FAILED_LOGINS', this.#failedLogins.take(addressKey(address)));
  }

  /** One more request from an address for what is open to everyone, with a token or without. */
  open(address: string): Over | undefined {
    return over('TOO_MANY_OPEN_REQUESTS', this.#open.take(addressKey(address)));
  }

  /** One more question of health from an address. */
  probe(address: string): Over | undefined {
    return over('TOO_MANY_OPEN_REQUESTS', this.#probes.take(addressKey(address)));
  }

  /**
   * One more record of such a request, whatever its address. Over the limit it is answered as ever, and the record says
   * once a minute that there are more: else who has many addresses could fill the database.
   */
  failedLoginRecord(): Over | undefined {
    return over('TOO_MANY_FAILED_LOGINS_TO_RECORD', this.#recordsOfFailedLogins.take(''));
  }
}

import Negotiator from 'negotiator';
import type { Language } from './problem-catalogue.js';

/** The language of the texts in an answer: Swedish unless the caller prefers English (RFC 9110, Accept-Language). */
export const languageOf = (acceptLanguage: string | undefined): Language => {
  const wanted = new Negotiator({ headers: { 'accept-language': acceptLanguage } }).language(['sv', 'en']);
  return wanted === 'en' ? 'en' : 'sv';
};

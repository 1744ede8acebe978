import { AppError } from '@headwater/core/errors.ts';

/** The headers by which a browser says which page sends a request. */
export interface OriginHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly referer?: string | undefined;
}

/**
 * Throws `forbidden` unless the page that sends the request is of this host or a trusted origin. A cookie is sent by the
 * browser whoever wrote the page, so what a cookie alone permits asks for this; a request that names no page is refused.
 */
export function requireOwnOrigin(headers: OriginHeaders, trusted: readonly string[]): void {
  const given = headers.origin ?? headers.referer;
  const page = given === undefined ? null : URL.parse(given);
  if (page && (page.host === headers.host?.toLowerCase() || trusted.includes(page.origin))) return;
  const found = page ? `came from ${page.origin}` : 'names no page it came from';
  throw new AppError('forbidden', `the request ${found}: expected an Origin or Referer of this host or a trusted one`);
}

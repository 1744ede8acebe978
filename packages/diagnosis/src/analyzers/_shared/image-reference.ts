/** An image reference in its parts; `host` is the registry that is asked, Docker Hub when none is written. */
export interface ImageReference {
  readonly host: string;
  /** Registry host and path without tag and digest. */
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

export const DOCKER_HUB = 'docker.io';

/** Splits an image reference; lenient, so that malformed references still yield what can be read of them. */
export function parseImage(image: string): ImageReference {
  const [name = '', digest = null] = image.split('@', 2);
  const colon = name.lastIndexOf(':');
  const tagged = colon > name.lastIndexOf('/');
  const path = tagged ? name.slice(0, colon) : name;
  const first = path.split('/')[0] ?? '';
  const hasHost = path.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  return {
    host: hasHost ? first : DOCKER_HUB,
    repository: hasHost ? path : `${DOCKER_HUB}/${path.includes('/') ? path : `library/${path}`}`,
    tag: tagged ? name.slice(colon + 1) : null,
    digest,
  };
}

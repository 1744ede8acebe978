import { describe, expect, it } from 'vitest';
import { parseImage } from './image-reference.ts';

describe('parseImage', () => {
  it.each([
    ['nginx', 'docker.io', 'docker.io/library/nginx', null, null],
    ['nginx:1.27', 'docker.io', 'docker.io/library/nginx', '1.27', null],
    ['acme/api:v2', 'docker.io', 'docker.io/acme/api', 'v2', null],
    ['quay.io/acme/api', 'quay.io', 'quay.io/acme/api', null, null],
    ['localhost/api:dev', 'localhost', 'localhost/api', 'dev', null],
    ['registry.local:5000/team/api:v2', 'registry.local:5000', 'registry.local:5000/team/api', 'v2', null],
    // The colon of a port is no tag.
    ['registry.local:5000/api', 'registry.local:5000', 'registry.local:5000/api', null, null],
    ['quay.io/acme/api:v2@sha256:abc', 'quay.io', 'quay.io/acme/api', 'v2', 'sha256:abc'],
    ['api@sha256:abc', 'docker.io', 'docker.io/library/api', null, 'sha256:abc'],
    ['', 'docker.io', 'docker.io/library/', null, null],
  ])('%s', (...[image, host, repository, tag, digest]) => {
    expect(parseImage(image)).toEqual({ host, repository, tag, digest });
  });
});

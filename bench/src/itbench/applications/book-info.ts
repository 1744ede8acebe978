import type { Application, Component } from './application.ts';

const PORT = 9080;

function part(name: string, more: Partial<Component> = {}): Component {
  const workload = more.workload ?? `${name}-v1`;
  return {
    name,
    workload,
    image: `docker.io/istio/examples-bookinfo-${workload}:1.20.3`,
    port: PORT,
    calls: {},
    rate: 10,
    ...more,
  };
}

const RATINGS = { RATINGS_HOSTNAME: 'ratings' };

/** Istio's Bookinfo (https://istio.io/latest/docs/examples/bookinfo/) behind a gateway of the Gateway API. */
export const BOOK_INFO: Application = {
  name: 'book-info',
  telemetry: 'mesh',
  flags: {},
  components: [
    part('bookinfo-gateway-istio', {
      workload: 'bookinfo-gateway-istio',
      image: 'docker.io/istio/proxyv2:1.27.1',
      container: 'istio-proxy',
      port: 80,
      calls: { UPSTREAM_HOST: 'productpage' },
      rate: 20,
    }),
    part('productpage', { calls: { DETAILS_HOSTNAME: 'details', REVIEWS_HOSTNAME: 'reviews' }, rate: 20 }),
    part('details'),
    part('reviews', { workload: 'reviews-v1' }),
    part('reviews', { workload: 'reviews-v2', calls: RATINGS }),
    part('reviews', { workload: 'reviews-v3', calls: RATINGS }),
    part('ratings'),
    part('load-generator', {
      workload: 'load-generator',
      image: 'docker.io/locustio/locust:2.37.1',
      port: 8089,
      calls: { LOCUST_HOST: 'bookinfo-gateway-istio' },
      rate: 1,
    }),
  ],
};

import type { Application, Component } from './application.ts';

const REGISTRY = 'ghcr.io/open-telemetry/demo:2.1.3';
const FLAGD = { FLAGD_HOST: 'flagd' };

type Part = Omit<Component, 'image' | 'rate'> & { readonly image?: string; readonly rate?: number };

function part({ name, ...more }: Part): Component {
  return { name, image: `${REGISTRY}-${name}`, rate: 4, ...more };
}

/** The OpenTelemetry demo (https://opentelemetry.io/docs/demo/architecture/): who calls whom, and who reads its flags. */
export const OTEL_DEMO: Application = {
  name: 'otel-demo',
  telemetry: 'spans',
  flagMap: 'flagd-config',
  components: [
    part({ name: 'accounting', calls: { KAFKA_ADDR: 'kafka', DB_HOST: 'postgresql' }, rate: 2 }),
    part({ name: 'ad', port: 8080, calls: { ...FLAGD } }),
    part({ name: 'cart', port: 8080, calls: { VALKEY_ADDR: 'valkey-cart', ...FLAGD }, rate: 6 }),
    part({
      name: 'checkout',
      port: 8080,
      calls: {
        CART_ADDR: 'cart',
        CURRENCY_ADDR: 'currency',
        EMAIL_ADDR: 'email',
        KAFKA_ADDR: 'kafka',
        PAYMENT_ADDR: 'payment',
        PRODUCT_CATALOG_ADDR: 'product-catalog',
        SHIPPING_ADDR: 'shipping',
        ...FLAGD,
      },
      feeds: ['accounting', 'fraud-detection'],
      rate: 2,
    }),
    part({ name: 'currency', port: 8080, calls: {}, rate: 6 }),
    part({ name: 'email', port: 8080, calls: { ...FLAGD }, rate: 2 }),
    part({
      name: 'flagd',
      port: 8013,
      calls: {},
      settings: 'flagd-config',
      image: 'ghcr.io/open-feature/flagd:v0.12.9',
    }),
    part({ name: 'fraud-detection', calls: { KAFKA_ADDR: 'kafka', ...FLAGD }, rate: 2 }),
    part({
      name: 'frontend',
      port: 8080,
      calls: {
        AD_ADDR: 'ad',
        CART_ADDR: 'cart',
        CHECKOUT_ADDR: 'checkout',
        CURRENCY_ADDR: 'currency',
        PRODUCT_CATALOG_ADDR: 'product-catalog',
        PRODUCT_REVIEWS_ADDR: 'product-reviews',
        RECOMMENDATION_ADDR: 'recommendation',
        SHIPPING_ADDR: 'shipping',
        ...FLAGD,
      },
      rate: 20,
    }),
    part({
      name: 'frontend-proxy',
      port: 8080,
      calls: { FRONTEND_HOST: 'frontend', IMAGE_PROVIDER_HOST: 'image-provider', ...FLAGD },
      rate: 24,
    }),
    part({ name: 'image-provider', port: 8081, calls: {} }),
    part({ name: 'kafka', port: 9092, calls: {}, instrumented: false }),
    part({ name: 'llm', port: 8000, calls: { ...FLAGD }, rate: 1 }),
    part({ name: 'load-generator', port: 8089, calls: { LOCUST_HOST: 'frontend-proxy', ...FLAGD }, rate: 1 }),
    part({ name: 'payment', port: 8080, calls: { ...FLAGD }, rate: 2 }),
    part({
      name: 'postgresql',
      port: 5432,
      calls: {},
      image: 'docker.io/library/postgres:17.6',
      instrumented: false,
    }),
    part({ name: 'product-catalog', port: 8080, calls: { DB_HOST: 'postgresql', ...FLAGD }, rate: 15 }),
    part({
      name: 'product-reviews',
      port: 3551,
      calls: { DB_HOST: 'postgresql', LLM_HOST: 'llm', PRODUCT_CATALOG_ADDR: 'product-catalog', ...FLAGD },
    }),
    part({ name: 'quote', port: 8080, calls: {}, rate: 3 }),
    part({
      name: 'recommendation',
      port: 8080,
      calls: { PRODUCT_CATALOG_ADDR: 'product-catalog', ...FLAGD },
      rate: 4,
    }),
    part({ name: 'shipping', port: 8080, calls: { QUOTE_ADDR: 'quote' }, rate: 3 }),
    part({
      name: 'valkey-cart',
      port: 6379,
      calls: {},
      image: 'docker.io/valkey/valkey:8.1.3-alpine',
      instrumented: false,
    }),
  ],
  // https://opentelemetry.io/docs/demo/feature-flags/
  flags: {
    adFailure: ['ad'],
    adHighCpu: ['ad'],
    adManualGc: ['ad'],
    cartFailure: ['cart'],
    emailMemoryLeak: ['email'],
    failedReadinessProbe: ['cart'],
    imageSlowLoad: ['image-provider', 'frontend'],
    kafkaQueueProblems: ['kafka', 'fraud-detection'],
    llmInaccurateResponse: ['llm'],
    llmRateLimitError: ['llm'],
    loadGeneratorFloodHomepage: ['load-generator'],
    paymentFailure: ['payment'],
    paymentUnreachable: ['checkout', 'payment'],
    productCatalogFailure: ['product-catalog'],
    recommendationCacheFailure: ['recommendation'],
  },
};

export {
  startOidcServer,
  type OidcServer,
  type OidcServerOptions,
} from './server';
export { DEMO_PERSONAS, type Persona } from './personas';

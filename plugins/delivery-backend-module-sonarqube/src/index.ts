/**
 * SonarQube for the delivery backend.
 *
 * @packageDocumentation
 */
export { deliveryModuleSonarqube as default } from './module';

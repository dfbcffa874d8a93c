import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-connect';
import { AwsError, defineService } from '../../core';

interface ContactRecord {
  id: string;
  instance: string;
  flow: string;
  destination: string;
  attributes: Record<string, string>;
  clientToken?: string;
  started: string;
}

const PHONE = /^\+[1-9]\d{1,14}$/;

/** Amazon Connect: outbound calls, which are recorded and never placed. */
export default defineService({
  id: 'connect',
  sdk,
  operations: {
    StartOutboundVoiceContact(input, { account, sandbox }) {
      if (!PHONE.test(input.DestinationPhoneNumber)) {
        throw new AwsError(
          'InvalidParameterException',
          'DestinationPhoneNumber is not in E.164 format',
        );
      }
      const contacts = sandbox.store<ContactRecord>(
        'connect',
        account,
        'contacts',
      );
      const again = contacts
        .values()
        .find(
          one => input.ClientToken && one.clientToken === input.ClientToken,
        );
      const record = again ?? {
        id: randomUUID(),
        instance: input.InstanceId,
        flow: input.ContactFlowId,
        destination: input.DestinationPhoneNumber,
        attributes: input.Attributes ?? {},
        clientToken: input.ClientToken,
        started: sandbox.clock.now().toISOString(),
      };
      contacts.set(record.id, record);
      return { ContactId: record.id };
    },

    GetContactAttributes(input, { account, sandbox }) {
      const contact = sandbox
        .store<ContactRecord>('connect', account, 'contacts')
        .get(input.InitialContactId);
      if (!contact || contact.instance !== input.InstanceId) {
        throw new AwsError('ResourceNotFoundException', 'Contact not found');
      }
      return { Attributes: contact.attributes };
    },
  },
  trail: { except: ['GetContactAttributes'] },
});

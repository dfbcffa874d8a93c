import {
  ConnectClient,
  GetContactAttributesCommand,
  StartOutboundVoiceContactCommand,
} from '@aws-sdk/client-connect';
import { startAwsSandbox } from '../../testing';

const aws = startAwsSandbox();
const INSTANCE = 'a1b2c3d4-0000-4000-8000-000000000000';

const call = (phone: string, token?: string) =>
  aws.client(ConnectClient).send(
    new StartOutboundVoiceContactCommand({
      InstanceId: INSTANCE,
      ContactFlowId: INSTANCE,
      SourcePhoneNumber: '+15550100000',
      DestinationPhoneNumber: phone,
      ClientToken: token,
      Attributes: { service: 'visit-api' },
    }),
  );

describe('Connect', () => {
  it('records a call with its attributes, once per token', async () => {
    const first = await call('+15550100001', 'token');
    const again = await call('+15550100001', 'token');
    expect(again.ContactId).toBe(first.ContactId);
    const other = await call('+15550100001');
    expect(other.ContactId).not.toBe(first.ContactId);
    const { Attributes } = await aws.client(ConnectClient).send(
      new GetContactAttributesCommand({
        InstanceId: INSTANCE,
        InitialContactId: first.ContactId,
      }),
    );
    expect(Attributes).toEqual({ service: 'visit-api' });
  });

  it('refuses a number that is not E.164', async () => {
    await expect(call('555-0100')).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

// People who sign in by Cognito.

const AUTHENTICATION = ['164.312(a)(2)(i)', '164.312(d)'];

export default [
  {
    id: 'AwsSolutions-COG2',
    cfr: AUTHENTICATION,
    title:
      'Everybody signs in with a second factor of an app, and nobody signs up',
    types: ['aws_cognito_user_pool'],
    check: ({ values }) => {
      if (values.mfa_configuration !== 'ON')
        return 'a second factor is not asked for';
      if (values.software_token_mfa_configuration?.[0]?.enabled !== true)
        return 'no app is a second factor';
      if (values.sms_configuration?.length)
        return 'a text message is a second factor';
      if (
        values.admin_create_user_config?.[0]?.allow_admin_create_user_only !==
        true
      )
        return 'anybody may sign up';
      if (values.deletion_protection !== 'ACTIVE')
        return 'it can be deleted by mistake';
      const by = (
        values.account_recovery_setting?.[0]?.recovery_mechanism ?? []
      ).map(({ name }) => name);
      if (by.join() !== 'verified_email')
        return 'an account is recovered by more than a verified address';
      return (
        values.user_attribute_update_settings?.[0]?.attributes_require_verification_before_update?.includes(
          'email',
        ) || 'an address is changed before it is verified'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.PoolPasswords',
    cfr: ['164.308(a)(5)(ii)(D)'],
    title:
      'Passwords have 14 characters of all classes, none of the last 24, and risky sign-ins are refused',
    types: ['aws_cognito_user_pool'],
    check: (pool, plan) => {
      const [policy] = pool.values.password_policy ?? [];
      const classes = [
        'require_lowercase',
        'require_uppercase',
        'require_numbers',
        'require_symbols',
      ];
      if (!(policy?.minimum_length >= 14)) return 'passwords may be short';
      if (!classes.every(one => policy[one] === true))
        return 'passwords may be of few classes';
      if (!(policy.password_history_size >= 24))
        return 'passwords may be used again';
      if (
        !(policy.temporary_password_validity_days <= 7) ||
        !policy.temporary_password_validity_days
      ) {
        return 'an invitation stays open';
      }
      if (
        pool.values.user_pool_tier !== 'PLUS' ||
        pool.values.user_pool_add_ons?.[0]?.advanced_security_mode !==
          'ENFORCED'
      ) {
        return 'threat protection is not enforced';
      }
      const [risk] = plan.naming(
        'aws_cognito_risk_configuration',
        'user_pool_id',
        pool,
      );
      if (
        risk?.values.compromised_credentials_risk_configuration?.[0]
          ?.actions?.[0]?.event_action !== 'BLOCK'
      ) {
        return 'a leaked password signs in';
      }
      const [actions] =
        risk.values.account_takeover_risk_configuration?.[0]?.actions ?? [];
      const held =
        actions?.high_action?.[0]?.event_action === 'BLOCK' &&
        ['low_action', 'medium_action'].every(
          one => actions[one]?.[0]?.event_action === 'MFA_REQUIRED',
        );
      return held || 'a risky sign-in goes through';
    },
  },
  {
    id: 'CAREPLANE.HIPAA.OidcClient',
    cfr: [...AUTHENTICATION, '164.312(a)(2)(iii)'],
    title:
      'Clients have a secret and the code flow alone, tell nobody who is known, and their sessions end',
    types: ['aws_cognito_user_pool_client'],
    check: ({ values }) => {
      if (values.generate_secret !== true) return 'it has no secret';
      if (
        values.allowed_oauth_flows?.join() !== 'code' ||
        values.allowed_oauth_flows_user_pool_client !== true
      ) {
        return 'it has more than the code flow';
      }
      if (!values.allowed_oauth_scopes?.length)
        return 'its scopes are not named';
      if (values.explicit_auth_flows?.join() !== 'ALLOW_REFRESH_TOKEN_AUTH')
        return 'a password can be sent to it';
      if (!values.callback_urls?.length)
        return 'it names no address to come back to';
      if (!values.callback_urls.every(url => url.startsWith('https://')))
        return 'browsers come back without TLS';
      if (values.prevent_user_existence_errors !== 'ENABLED')
        return 'it tells who is known';
      if (values.enable_token_revocation !== true)
        return 'its tokens cannot be taken back';
      const [units] = values.token_validity_units ?? [];
      const ends =
        units?.access_token === 'minutes' &&
        units.id_token === 'minutes' &&
        units.refresh_token === 'hours' &&
        values.access_token_validity <= 60 &&
        values.access_token_validity > 0 &&
        values.id_token_validity <= 60 &&
        values.id_token_validity > 0 &&
        values.refresh_token_validity <= 24 &&
        values.refresh_token_validity > 0;
      return ends || 'its sessions are long';
    },
  },
  {
    id: 'CAREPLANE.HIPAA.QueueSendersNamed',
    cfr: ['164.308(a)(4)(ii)(B)', '164.312(a)(1)'],
    title:
      'Who sends to a queue is named, within the organisation or this account',
    types: ['aws_sqs_queue_policy'],
    check: ({ values }) => {
      if (typeof values.policy !== 'string') return 'it has no policy';
      for (const one of [JSON.parse(values.policy).Statement].flat()) {
        if ([one.Resource].flat().includes('*'))
          return `${one.Sid} names no queue`;
        if (one.Effect !== 'Allow') continue;
        const keys = Object.values(one.Condition ?? {}).flatMap(Object.keys);
        const bound = [
          'aws:PrincipalOrgID',
          'aws:SourceArn',
          'aws:SourceAccount',
          'aws:SourceOrgID',
        ];
        if (!keys.some(key => bound.includes(key)))
          return `${one.Sid} serves others too`;
      }
      return true;
    },
  },
];

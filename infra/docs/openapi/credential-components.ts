// Named schemas of credentials in the OpenAPI document: how a request proves who sends it.
import {
  ClientCertificateInput,
  ClientCertificateView,
} from "../../../shared/domain/runbooks/client-certificate.ts";
import { SignatureInput, SignatureView } from "../../../shared/domain/runbooks/signature.ts";
import {
  AuthInput,
  AuthView,
  SecretInput,
  SecretReference,
  SecretView,
} from "../../../shared/domain/runbooks/webhook-auth.ts";

export const CREDENTIAL_COMPONENTS = {
  input: {
    WebhookAuthInput: AuthInput,
    SecretInput,
    SecretReferenceInput: SecretReference,
    SignatureInput,
    ClientCertificateInput,
  },
  output: {
    WebhookAuth: AuthView,
    Secret: SecretView,
    SecretReference,
    Signature: SignatureView,
    ClientCertificate: ClientCertificateView,
  },
} as const;

// A test that imports this module can also use the client, the identifiers, and the types of calls and fault rules.
@_exported public import AdminAPI
@_exported public import OfficialAccount
@_exported public import OfficialAccountClient

namespace GitOpsBumper.Adapters.Credentials;

/// <summary>A credential could not be had where it should be. The message is a finished sentence that names the place and never the content.</summary>
public sealed class CredentialException(string message) : Exception(message);

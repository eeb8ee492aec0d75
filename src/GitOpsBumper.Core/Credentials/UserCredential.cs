namespace GitOpsBumper.Core.Credentials;

/// <summary>What one presents to a server. The user name is empty when the password is a bearer or identity token.</summary>
public sealed record UserCredential(string Username, Secret Password)
{
    public bool IsToken => Username.Length == 0;
}

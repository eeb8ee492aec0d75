namespace GitOpsBumper.Webhooks;

/// <summary>Whether the sender of a request knows the secret.</summary>
internal abstract record ProofResult
{
    private ProofResult()
    {
    }

    public sealed record Good : ProofResult;

    /// <param name="Reason">A sentence that names the headers and parameters that were looked at. Nothing of the secret or of the request is in it.</param>
    public sealed record Wrong(string Reason) : ProofResult;

    /// <summary>The token is good if it is one of Google's for this audience and this account: what that takes is asked elsewhere.</summary>
    public sealed record GoogleToken(string Token, string Audience, string Email) : ProofResult
    {
        /// <summary>A token is a password for as long as it lasts.</summary>
        public override string ToString() => $"GoogleToken {{ Audience = {Audience}, Email = {Email} }}";
    }
}

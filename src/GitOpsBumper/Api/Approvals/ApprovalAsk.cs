using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Api.Approvals;

/// <summary>What a person says of a version.</summary>
/// <param name="Version">Tag and digest: what they have seen. To reject something the tag alone will do: then every digest of it is meant.</param>
/// <param name="Rejects">Otherwise it is approved.</param>
/// <param name="Reason">Of a rejection; null: none was given.</param>
internal sealed record ApprovalAsk(ImageVersion Version, bool Rejects, string? Reason)
{
    private static readonly AskForm Form = new("{\"tag\": \"1.5.0\", \"digest\": \"sha256:...\"}", ["tag", "digest", "reason"], "reject");

    /// <param name="body">JSON in UTF-8.</param>
    /// <param name="ask">What is said.</param>
    /// <param name="problem">A sentence.</param>
    public static bool TryRead(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out ApprovalAsk? ask, [NotNullWhen(false)] out string? problem)
    {
        ask = null;
        if (AskBody.TryRead(body, Form, out var said, out problem))
            problem = Read(said, out ask);
        return problem is null && ask is not null;
    }

    private static string? Read(AskBody said, out ApprovalAsk? ask)
    {
        ask = null;
        var rejects = said.IsOn("reject");
        if (said.Text("tag") is not { } tagText)
            return "field 'tag' is needed: which version is it?";
        if (!Tag.TryParse(tagText, out var tag, out var problem))
            return $"field 'tag': {problem}";
        Digest? digest = null;
        if (said.Text("digest") is { } digestText ? !Digest.TryParse(digestText, out digest, out problem) : !rejects)
            return $"field 'digest': {problem ?? "it is needed, for what is approved is one version, and nothing else that may wait by then"}";
        var reason = said.Text("reason") is { } given && Rejection.Plain(given) is { Length: > 0 } plain ? plain : null;
        if (rejects && reason is null)
            return "field 'reason' is needed to reject a version";
        ask = new ApprovalAsk(new ImageVersion(tag, digest), rejects, reason);
        return null;
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GitOpsBumper.Adapters.Git.Signing;

/// <summary>A commit as git stores it: header lines, with the signature as one of them, a blank line and the message.</summary>
/// <seealso href="https://git-scm.com/docs/gitformat-signature"/>
internal sealed class CommitText
{
    private readonly byte[] _header;
    private readonly byte[] _message;

    /// <param name="tree">Its object id.</param>
    /// <param name="parent">The commit before it.</param>
    /// <param name="identity">Who it is by.</param>
    /// <param name="when">Of author and committer.</param>
    /// <param name="message">As it is, nothing is trimmed.</param>
    public CommitText(string tree, CommitId parent, CommitIdentity identity, DateTimeOffset when, string message)
    {
        _header = Encoding.UTF8.GetBytes($"tree {tree}\nparent {parent}\nauthor {Person(identity.Author, when)}\ncommitter {Person(identity.Committer, when)}\n");
        _message = Encoding.UTF8.GetBytes("\n" + message);
    }

    /// <summary>What is signed, and what an unsigned commit is.</summary>
    public byte[] Payload => [.. _header, .. _message];

    /// <summary>As headers of commits and commands of fast-import have it.</summary>
    public static string Person(GitIdentity person, DateTimeOffset when) =>
        $"{person.Name} <{person.Email}> {when.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)} +0000";

    /// <param name="signature">Lines, each with its end.</param>
    /// <param name="isLong">In a repository of SHA-256 the header has another name.</param>
    public byte[] With(string signature, bool isLong) =>
        [.. _header, .. Encoding.ASCII.GetBytes($"{(isLong ? "gpgsig-sha256" : "gpgsig")} {signature.TrimEnd('\n').Replace("\n", "\n ", StringComparison.Ordinal)}\n"), .. _message];

    /// <param name="commit">All of it.</param>
    /// <param name="isLong">Whether the repository is one of SHA-256.</param>
    public static CommitId IdOf(ReadOnlySpan<byte> commit, bool isLong)
    {
        byte[] whole = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"commit {commit.Length}\0")), .. commit];
#pragma warning disable CA5350 // Git names objects by it; nothing is protected with it here.
        var hash = isLong ? SHA256.HashData(whole) : SHA1.HashData(whole);
#pragma warning restore CA5350
        return CommitId.Parse(Convert.ToHexStringLower(hash))!;
    }
}

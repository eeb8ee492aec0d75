using System.Security.Cryptography;
using System.Text;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.PullRequests;

/// <summary>What a request is for. There is at most one open request of a key, and its branch has a name that does not change with versions.</summary>
public sealed record RequestKey
{
    private const string Application = "application";
    private const int IdCharacters = 12;
    private const int ShortIdCharacters = 8;
    private const int MaxNameInBranch = 100;

    private RequestKey(string kind, string name, string target)
    {
        Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{name}\n{target}")))[..IdCharacters];
        var shown = name[(name.LastIndexOf('/') + 1)..];
        BranchPart = $"{(kind == Application ? "" : $"{kind}-")}{shown[..Math.Min(MaxNameInBranch, shown.Length)]}-{Id[..ShortIdCharacters]}";
    }


    private RequestKey(string id) => (Id, BranchPart) = (id, id);

    /// <summary>Twelve hex digits that tell it from all others of a repository.</summary>
    public string Id { get; }

    /// <summary>The end of the name of its branch, such as <c>web-0123abcd</c>.</summary>
    public string BranchPart { get; }

    /// <summary>Of a request that says its id, and whose name nobody knows any more.</summary>
    public static RequestKey Known(string id) => new(id);

    /// <param name="application">Whose changes are proposed.</param>
    /// <param name="target">Where they are to go in the end, as <c>branch:path</c>: two clusters may have an Application of one name.</param>
    public static RequestKey Of(NamespacedName application, string target) => new(Application, application.ToString(), target);

    /// <param name="group">Of applications.</param>
    /// <param name="branch">Where their changes are to go in the end.</param>
    public static RequestKey OfGroup(string group, string branch) => new("group", group, branch);

    /// <summary>Of what a person wants of an application, which is another matter than what is due.</summary>
    /// <param name="application">Of which it is wanted.</param>
    /// <param name="target">As of an application's changes.</param>
    public static RequestKey OfHold(NamespacedName application, string target) => new("pin", application.ToString(), target);
}

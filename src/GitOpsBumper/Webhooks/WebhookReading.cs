using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Webhooks;

/// <summary>What a request of a sender says.</summary>
internal abstract record WebhookReading
{
    private WebhookReading()
    {
    }

    /// <summary>
    /// What tells the delivery from all others of its sender, so that it is not taken twice; null: nothing does. No proof covers it where it comes from a header:
    /// whoever replays a delivery may change it, which costs one question to a registry.
    /// </summary>
    public string? Delivery { get; init; }

    /// <summary>Images have been pushed. A hint: registries are asked again.</summary>
    /// <param name="Images">Not empty.</param>
    public sealed record Pushed(IReadOnlyList<PushedImage> Images) : WebhookReading;

    /// <summary>Branches of a git repository have changed, or its requests have: who depends on it is looked at again.</summary>
    /// <param name="Repositories">All addresses of the repository that the sender names.</param>
    /// <param name="Branches">Short names of branches and tags; empty: which ones is not known.</param>
    public sealed record Changed(IReadOnlyList<RepositoryUrl> Repositories, IReadOnlyList<string> Branches) : WebhookReading
    {
        /// <summary>The commits that the branches are at now, in hexadecimal digits; empty: not all of them are known.</summary>
        public IReadOnlyList<string> Tips { get; init; } = [];
    }

    /// <summary>There is nothing to do: another event, another kind of package.</summary>
    /// <param name="Reason">A clause that ends a sentence: <c>event 'star' is of no interest</c>.</param>
    public sealed record Ignored(string Reason) : WebhookReading
    {
        /// <summary>It would be malformed, had it not a sender that sends again for ever what is refused: its people are told of it in the log alone.</summary>
        public bool IsMistake { get; init; }
    }

    /// <summary>It is not what the sender's documentation says.</summary>
    /// <param name="Problem">A sentence that names the field, its value, shortened, and what is allowed; nothing secret is in it.</param>
    public sealed record Malformed(string Problem) : WebhookReading;
}

/// <param name="Repository">As its users pull it, as far as the sender knows.</param>
/// <param name="Tag">Null: not known.</param>
/// <param name="Digest">Null: not known.</param>
internal sealed record PushedImage(RepositoryName Repository, Tag? Tag, Digest? Digest)
{
    /// <summary>Repositories below this one may have been pushed too: the sender knows a project, and not which of its images.</summary>
    public bool AndBelow { get; init; }
}

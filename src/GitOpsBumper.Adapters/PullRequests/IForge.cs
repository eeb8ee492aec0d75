using GitOpsBumper.Core.PullRequests;

namespace GitOpsBumper.Adapters.PullRequests;

/// <summary>The pull or merge requests of one repository, as its forge keeps them. Every call may fail with a <see cref="ForgeException"/>.</summary>
public interface IForge
{
    PullRequestLimits Limits { get; }

    /// <summary>All that are open, whoever opened them.</summary>
    Task<IReadOnlyList<PullRequest>> ListOpenAsync(CancellationToken cancellationToken);

    /// <summary>Those that were closed without being merged and carry a mark in their body.</summary>
    /// <param name="mark">As in the bodies of the bot's own; what does not carry it is not kept.</param>
    /// <param name="since">Older ones do not matter.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task<ClosedPullRequests> ListClosedAsync(string mark, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>The same with its whole body, where lists cut it: to be asked before a part of the body is replaced.</summary>
    Task<PullRequest> WholeAsync(PullRequest request, CancellationToken cancellationToken) => Task.FromResult(request);

    /// <summary>Whether it could be merged as far as its commits go; null when the forge does not know (yet).</summary>
    Task<bool?> HasConflictsAsync(PullRequest request, CancellationToken cancellationToken);

    /// <summary>Whether <see cref="HasConflictsAsync"/> ever says anything.</summary>
    bool TellsConflicts => true;

    /// <summary>Opens a request, with as many of the options as the forge takes at once.</summary>
    /// <exception cref="ForgeException">Among others with <see cref="ForgeFailure.AlreadyExists"/>.</exception>
    Task<PullRequest> CreateAsync(NewPullRequest request, CancellationToken cancellationToken);

    /// <summary>Whether options are left that only <see cref="FinishAsync"/> gives to a request.</summary>
    bool NeedsFinish(PullRequestOptions options);

    /// <summary>Gives a request the options that it could not be created with. May be called again for the same one.</summary>
    /// <returns>Sentences about what the forge did not want: an unknown label or reviewer is no reason to do without the request.</returns>
    Task<IReadOnlyList<string>> FinishAsync(PullRequest request, PullRequestOptions options, CancellationToken cancellationToken);

    /// <summary>Replaces title and body, and nothing else.</summary>
    Task UpdateAsync(PullRequest request, PullRequestText text, CancellationToken cancellationToken);

    /// <summary>Whether one of the newest hundred comments contains a mark.</summary>
    Task<bool> HasCommentAsync(PullRequest request, string mark, CancellationToken cancellationToken);

    /// <summary>Never sent twice by itself.</summary>
    Task CommentAsync(PullRequest request, string text, CancellationToken cancellationToken);

    /// <summary>Closes a request without merging it, and replaces its text, in one step or the text first. The branch stays.</summary>
    Task CloseAsync(PullRequest request, PullRequestText text, CancellationToken cancellationToken);
}

/// <param name="SourceBranch">That exists, without <c>refs/heads/</c>.</param>
/// <param name="TargetBranch">Likewise.</param>
/// <param name="Text">Within the <see cref="IForge.Limits"/>.</param>
/// <param name="Options">Wanted.</param>
public sealed record NewPullRequest(string SourceBranch, string TargetBranch, PullRequestText Text, PullRequestOptions Options);

/// <param name="Requests">The newest first.</param>
/// <param name="IsComplete">False: there were more than are looked at.</param>
public sealed record ClosedPullRequests(IReadOnlyList<PullRequest> Requests, bool IsComplete);

using GitOpsBumper.Api.Callers;
using GitOpsBumper.Controller;
using GitOpsBumper.Core;
using GitOpsBumper.Core.Annotations.Approvals;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Reports;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Api.Approvals;

/// <summary>
/// What one caller says of one version, noted in the Application. It is judged by the Application as it is at that moment: what was reported of it may be old by then, and others decide at the same
/// time.
/// </summary>
/// <param name="services">The API's.</param>
/// <param name="caller">May patch the Application.</param>
/// <param name="application">Whose image it is.</param>
/// <param name="image">As it was reported last, with an alias.</param>
/// <param name="ask">What is said.</param>
internal sealed class ApprovalNote(ApiServices services, Caller.OfCluster caller, NamespacedName application, ImageReport image, ApprovalAsk ask)
{
    private static readonly Dictionary<string, string?> Nothing = [];

    private readonly ApprovalPlace _place = new(application, image.Alias!);
    private readonly ApprovalKey? _key = services.ApprovalKey();

    /// <summary>Notes it. Whoever says it twice has said it once.</summary>
    /// <returns>The answer, and whether anything has changed.</returns>
    public async Task<(ApiReply Reply, bool IsNew)> WriteAsync(CancellationToken cancellationToken)
    {
        var step = new Step(Nothing, null);
        var changed = await services.Applications.AnnotateAsync(
            application,
            seen =>
            {
                step = ask.Rejects ? Reject(seen) : Approve(seen);
                return step.Changes;
            },
            cancellationToken);
        if (changed is null)
            return (ApiReply.Error(StatusCodes.Status404NotFound, $"there is no Application {application} any more"), false);
        return (step.Answer ?? (ask.Rejects ? Rejected(StateOf(changed.Value)) : Judged(changed.Value)), step.Changes.Count > 0);
    }

    private Step Approve(ApplicationSnapshot seen)
    {
        var state = StateOf(seen);
        if (RejectionIn(state) is not null)
            return new Step(Nothing, Rejected(state));
        if (NotAsked() is { } refusal)
            return new Step(Nothing, HasSaid(state) && Verdict(seen) is ApprovalVerdict.Approved ? Judged(seen) : refusal);
        if (state.Request is { Version: var other } && other != ask.Version)
            return Conflict($"{other} of {image.Alias} of {application} waits for approval by now, not {ask.Version}");
        if (services.PolicyOf(seen, _place.Alias) is not { Approval: { } policy })
            return Conflict($"nothing of {image.Alias} of {application} waits for approval any more");
        if (NotOfGroups(policy) is { } forbidden)
            return new Step(Nothing, forbidden);
        if (_key is not { } key)
        {
            return policy.NeedsVotes
                ? new Step(Nothing, ApiReply.Error(StatusCodes.Status503ServiceUnavailable, $"votes cannot be noted: the secret of the bot has no key '{ApprovalKey.Name}' of {ApprovalKey.MinLength} characters"))
                : new Step(state.Approved == ask.Version ? Nothing : new Dictionary<string, string?>(StringComparer.Ordinal) { [state.Prefix + ApprovalKeys.Approved] = $"{ask.Version}" }, null);
        }

        var groups = GroupsIn(policy);
        return new Step(
            OwnVote(state) is { } vote && vote.Groups.SequenceEqual(groups, StringComparer.Ordinal)
                ? Nothing
                : new Dictionary<string, string?>(state.With(Vote.Cast(_place, caller.User.Name, ask.Version, services.Time.GetUtcNow(), groups, key), _place, key), StringComparer.Ordinal),
            null);
    }

    private Step Reject(ApplicationSnapshot seen)
    {
        if (RejectionIn(StateOf(seen)) is not null)
            return new Step(Nothing, null);
        if (PlannedVersion.Of(image) is not { } planned)
            return Conflict($"no version of {image.Alias} of {application} is on its way: {image.Reason}");
        if (!PlannedVersion.IsMeant(planned, ask.Version))
            return Conflict($"{planned} of {image.Alias} of {application} is on its way, not {ask.Version}");
        return services.PolicyOf(seen, _place.Alias)?.Approval is { } policy && NotOfGroups(policy) is { } forbidden
            ? new Step(Nothing, forbidden)
            : new Step(StateOf(seen).With(SignedRejection.Of(ask.Version, ask.Reason!, caller.Name)), null);
    }

    /// <summary>Null: it waits, as far as was reported.</summary>
    private ApiReply? NotAsked()
    {
        if (!ApprovalDocument.IsAsked(image))
            return ApiReply.Error(StatusCodes.Status409Conflict, $"nothing of {image.Alias} of {application} waits for approval: {image.Reason}");
        return image.Asked!.Version == ask.Version ? null : ApiReply.Error(StatusCodes.Status409Conflict, $"{image.Asked.Version} of {image.Alias} of {application} waits for approval, not {ask.Version}");
    }

    /// <summary>Null: the caller is in one of them, or none are asked for.</summary>
    private ApiReply? NotOfGroups(ApprovalPolicy policy) => policy.Groups.Count == 0 || GroupsIn(policy).Count > 0
        ? null
        : ApiReply.Error(StatusCodes.Status403Forbidden, $"{caller.Name} may not decide about {image.Alias} of {application}: it takes one of the groups {Shortened.Join(policy.Groups)}");

    private IReadOnlyList<string> GroupsIn(ApprovalPolicy policy) => [.. policy.Groups.Where(group => caller.User.Groups.Contains(group, StringComparer.Ordinal))];

    private bool HasSaid(ApprovalState state) => OwnVote(state) is not null || state.Approved == ask.Version;

    private Vote? OwnVote(ApprovalState state) => _key is { } key ? state.Votes.FirstOrDefault(vote => vote.By == caller.User.Name && vote.Version == ask.Version && vote.IsGood(_place, key)) : null;

    /// <summary>That stands against an approval; for who rejects, one that has said it all already.</summary>
    private Rejection? RejectionIn(ApprovalState state) => state.Rejections.FirstOrDefault(rejection => ask.Rejects ? rejection.Covers(ask.Version) : rejection.Version.IsSame(ask.Version));

    private ApprovalVerdict Verdict(ApplicationSnapshot seen) => ApprovalJudge.Judge(new ApprovalCase
    {
        Application = application,
        Alias = _place.Alias,
        Policy = services.PolicyOf(seen, _place.Alias)?.Approval ?? new ApprovalPolicy(1, [], null),
        State = StateOf(seen),
        Version = ask.Version,
        Key = _key,
        Now = services.Time.GetUtcNow(),
    });

    private ApiReply Judged(ApplicationSnapshot seen) => Verdict(seen) switch
    {
        ApprovalVerdict.Approved { By: var by } => Document(new WaitingVersion(ask.Version, services.PolicyOf(seen, _place.Alias)?.Approval, by), "approved", $"is approved by {string.Join(" and ", by)}"),
        ApprovalVerdict.Waiting { Version: var still, Reason: var reason } => ApprovalDocument.One(application, _place.Alias, still, "waiting", reason),
        var verdict => throw new InvalidOperationException($"{verdict.GetType().Name} is no verdict that is known"),
    };

    private ApiReply Rejected(ApprovalState state) =>
        Document(new WaitingVersion(ask.Version, null, []), "rejected", $"is rejected{(RejectionIn(state)?.Reason is { } reason ? $": {reason}" : "")}");

    private ApiReply Document(WaitingVersion version, string state, string what) => ApprovalDocument.One(application, _place.Alias, version, state, $"{version.Name} {what}");

    private ApprovalState StateOf(ApplicationSnapshot seen) => ApprovalAnnotations.StateOf(seen, _place.Alias);

    private static Step Conflict(string sentence) => new(Nothing, ApiReply.Error(StatusCodes.Status409Conflict, sentence));

    /// <param name="Changes">Of annotations.</param>
    /// <param name="Answer">Null: it follows from the Application with the changes.</param>
    private sealed record Step(IReadOnlyDictionary<string, string?> Changes, ApiReply? Answer);
}

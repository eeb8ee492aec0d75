using System.Collections.Frozen;
using GitOpsBumper.Core.Approvals;

namespace GitOpsBumper.Core.Annotations;

/// <summary>The names of all annotations. A key of an image stands behind its alias: <c>gitopsbumper.io/web.update-strategy</c>.</summary>
public static class AnnotationKeys
{
    /// <summary>Ours; wins where both prefixes are set.</summary>
    public const string Prefix = "gitopsbumper.io/";

    public const string ImageUpdaterPrefix = "argocd-image-updater.argoproj.io/";

    public const string ImageList = "image-list";
    public const string WriteBackMethod = "write-back-method";
    public const string WriteBackTarget = "write-back-target";
    public const string GitBranch = "git-branch";
    public const string GitRepository = "git-repository";
    public const string CarryParameters = "carry-parameters";
    public const string PullRequest = "pull-request";
    public const string Group = "group";
    public const string RequestUpdate = "request-update";
    public const string RequestLabels = "request-labels";
    public const string RequestReviewers = "request-reviewers";
    public const string RequestAssignees = "request-assignees";
    public const string RequestDraft = "request-draft";
    public const string RequestAutoMerge = "request-auto-merge";

    public const string Schedule = "schedule";
    public const string UpdateWindow = "update-window";
    public const string Mode = "mode";

    public const string UpdateStrategy = "update-strategy";
    public const string AllowTags = "allow-tags";
    public const string TagMatch = "tag-match";
    public const string IgnoreTags = "ignore-tags";
    public const string Platforms = "platforms";
    public const string PullSecret = "pull-secret";
    public const string ForceUpdate = "force-update";
    public const string HelmImageName = "helm.image-name";
    public const string HelmImageTag = "helm.image-tag";
    public const string HelmImageSpec = "helm.image-spec";
    public const string HelmOverrideTag = "helm.override-tag";
    public const string KustomizeImageName = "kustomize.image-name";
    public const string ComposeService = "compose.service";
    public const string PluginImageName = "plugin.image-name";
    public const string PluginImageTag = "plugin.image-tag";
    public const string PluginImageSpec = "plugin.image-spec";
    public const string Pin = "pin";
    public const string DigestFormat = "digest-format";
    public const string PinDigest = "pin-digest";
    public const string Extract = "extract";
    public const string AllowDowngrade = "allow-downgrade";
    public const string Variant = "variant";
    public const string StrictSemVer = "strict-semver";
    public const string MinAge = "min-age";
    public const string Verify = "verify";
    public const string OnRollback = "on-rollback";
    public const string RollbackMemory = "rollback-memory";
    public const string RejectScope = "reject-scope";
    public const string Approval = "approval";
    public const string ApprovalVotes = "approval-votes";
    public const string Approvers = "approvers";
    public const string ApprovalDeadline = "approval-deadline";

    /// <summary>Keys of the application alone.</summary>
    public static IReadOnlyList<string> ApplicationKeys { get; } =
    [
        ImageList, WriteBackMethod, WriteBackTarget, GitBranch, GitRepository, CarryParameters, PullRequest, Group, RequestUpdate, RequestLabels, RequestReviewers, RequestAssignees, RequestDraft,
        RequestAutoMerge, Schedule, UpdateWindow, Mode,
    ];

    /// <summary>Keys of an image that stand without alias too, as the application's default.</summary>
    public static IReadOnlyList<string> DefaultableKeys { get; } =
    [
        UpdateStrategy, AllowTags, IgnoreTags, Platforms, PullSecret, ForceUpdate, DigestFormat, PinDigest, Extract, AllowDowngrade, Variant, StrictSemVer, MinAge, Verify, OnRollback, RollbackMemory,
        RejectScope, Approval, ApprovalVotes, Approvers, ApprovalDeadline,
    ];

    /// <summary>All keys of an image.</summary>
    public static IReadOnlyList<string> ImageKeys { get; } =
    [
        .. DefaultableKeys, TagMatch, HelmImageName, HelmImageTag, HelmImageSpec, HelmOverrideTag, KustomizeImageName, ComposeService, PluginImageName, PluginImageTag, PluginImageSpec, Pin,
        ApprovalKeys.Approved, ApprovalKeys.Rejected, ApprovalKeys.Request, ApprovalKeys.Votes,
    ];

    /// <summary>Keys that exist under <see cref="Prefix"/> alone.</summary>
    public static FrozenSet<string> OwnKeys { get; } =
        new[]
        {
            CarryParameters, PullRequest, Group, RequestUpdate, RequestLabels, RequestReviewers, RequestAssignees, RequestDraft, RequestAutoMerge, Schedule, UpdateWindow, HelmOverrideTag, PluginImageName,
            PluginImageTag, PluginImageSpec, ComposeService, Pin, DigestFormat, PinDigest, Extract, AllowDowngrade, Variant, StrictSemVer, MinAge, Verify, OnRollback, RollbackMemory, RejectScope,
            Mode, Approval, ApprovalVotes, Approvers, ApprovalDeadline, ApprovalKeys.Approved, ApprovalKeys.Rejected, ApprovalKeys.Request, ApprovalKeys.Votes,
        }
            .ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Aliases may contain slashes, annotation names may not.</summary>
    public static string AliasInKeys(string alias) => alias.Replace('/', '_');
}

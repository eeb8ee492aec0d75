using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Adapters.Kubernetes.Reviews;
using GitOpsBumper.Api.Callers;
using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Triggers;
using GitOpsBumper.Core;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Approvals;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Api.Approvals;

/// <summary>Lets people approve and reject what waits. Only whom the API server knows: nobody else can be asked who they are.</summary>
internal sealed partial class ApprovalEndpoint(ApiServices services, CallerFinder callers, CallerCheck check)
{
    public const string Path = "/api/v1/approvals";
    public const string VersionPath = Path + "/";

    private const int MaxBytes = 16 * 1024;

    /// <summary>More than that a person does not read.</summary>
    private const int MaxListed = 1_000;

    private readonly ILogger _logger = services.Loggers.CreateLogger<ApprovalEndpoint>();

    /// <summary>What waits of the Applications that the caller may patch.</summary>
    public async Task<ApiReply> ListAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
            return ApiReply.Error(StatusCodes.Status405MethodNotAllowed, "only GET is allowed here");
        var (caller, refusal) = await CallerAsync(context);
        if (caller is null)
            return refusal!;
        try
        {
            var waiting = services.Reports().SelectMany(report => report.Images.Where(IsAsked).Select(image => (Application: report.Name, Image: image))).Take(MaxListed).ToList();
            var targets = waiting.Select(one => one.Application).Distinct().Select(name => new TriggerTarget(name, null)).ToList();
            var permitted = (await callers.PermittedAsync(caller, targets, null, context.RequestAborted)).Select(target => target.Application).ToHashSet();
            return ApprovalDocument.List(waiting.Where(one => permitted.Contains(one.Application)));
        }
        catch (KubernetesException failure)
        {
            return Unavailable(caller, failure);
        }
    }

    /// <summary>Approves or rejects one version.</summary>
    /// <param name="context">Of the request.</param>
    /// <param name="path">Namespace, Application and alias.</param>
    public async Task<ApiReply> DecideAsync(HttpContext context, string path)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
            return ApiReply.Error(StatusCodes.Status405MethodNotAllowed, "only POST is allowed here");
        var (caller, refusal) = await CallerAsync(context);
        if (caller is null)
            return refusal!;
        if (path.Split('/', 3) is not [var space, var name, { Length: > 0 } alias] || !NamespacedName.TryParse($"{space}/{name}", out var application, out _))
            return ApiReply.Error(StatusCodes.Status404NotFound, $"what is approved is {VersionPath}<namespace>/<application>/<alias>");
        var (body, unread) = await RequestBody.ReadAsync(context, MaxBytes, services.Time);
        if (unread is not null)
            return unread;
        if (!ApprovalAsk.TryRead(body, out var ask, out var problem))
            return ApiReply.Error(StatusCodes.Status400BadRequest, problem);
        try
        {
            // Whether there is such an Application is nobody's business who may not change it.
            if ((await callers.PermittedAsync(caller, [new TriggerTarget(application, null)], null, context.RequestAborted)).Count == 0)
                return Forbidden(caller, application, $"{caller.Name} may not approve anything of {application}: it takes the right to patch the Application");
            return await DecideAsync(caller, application, alias, ask, context.RequestAborted);
        }
        catch (KubernetesException failure)
        {
            return Unavailable(caller, failure);
        }
    }

    private async Task<ApiReply> DecideAsync(Caller.OfCluster caller, NamespacedName application, string alias, ApprovalAsk ask, CancellationToken cancellationToken)
    {
        var images = services.Knows(application) ? services.Reports().FirstOrDefault(report => report.Name == application)?.Images : null;
        if (images?.FirstOrDefault(one => one.Alias is { } own && (own == alias || AnnotationKeys.AliasInKeys(own) == alias)) is not { } image)
            return ApiReply.Error(StatusCodes.Status404NotFound, $"there is no image '{Shortened.Text(alias)}' of an Application {application} that is looked at");
        if (!IsAsked(image))
            return ApiReply.Error(StatusCodes.Status409Conflict, $"nothing of {image.Alias} of {application} waits for approval: {image.Reason}");
        var waiting = image.Asked!;
        if (waiting.Version != ask.Version)
            return ApiReply.Error(StatusCodes.Status409Conflict, $"{waiting.Version} of {image.Alias} of {application} waits for approval, not {ask.Version}");
        var policy = waiting.Policy!;
        IReadOnlyList<string> groups = [.. policy.Groups.Where(group => caller.User.Groups.Contains(group, StringComparer.Ordinal))];
        if (policy.Groups.Count > 0 && groups.Count == 0)
            return Forbidden(caller, application, $"{caller.Name} may not approve {image.Alias} of {application}: it takes one of the groups {Shortened.Join(policy.Groups)}");
        return ask.Rejects
            ? await RejectAsync(caller, application, image, ask, cancellationToken)
            : await ApproveAsync(caller, new ApprovalPlace(application, image.Alias!), waiting, groups, cancellationToken);
    }

    private async Task<ApiReply> ApproveAsync(Caller.OfCluster caller, ApprovalPlace place, WaitingVersion waiting, IReadOnlyList<string> groups, CancellationToken cancellationToken)
    {
        var key = services.ApprovalKey();
        var (application, policy) = (place.Application, waiting.Policy!);
        if (key is null && policy.NeedsVotes)
            return ApiReply.Error(StatusCodes.Status503ServiceUnavailable, $"votes cannot be noted: the secret of the bot has no key '{ApprovalKey.Name}' of {ApprovalKey.MinLength} characters");
        var changed = await services.Applications.AnnotateAsync(application, seen => Approve(caller.User, place, waiting, groups, key, seen), cancellationToken);
        if (changed is null)
            return ApiReply.Error(StatusCodes.Status404NotFound, $"there is no Application {application} any more");
        var verdict = ApprovalJudge.Judge(new ApprovalCase
        {
            Application = application,
            Alias = place.Alias,
            Policy = policy,
            State = StateOf(changed.Value, place.Alias),
            Version = waiting.Version,
            Key = key,
            Now = services.Time.GetUtcNow(),
        });
        Log.Approved(_logger, caller.Name, $"{waiting.Version}", place.Alias, application.ToString());
        return verdict switch
        {
            ApprovalVerdict.Approved { By: var by } => ApprovalDocument.One(application, place.Alias, waiting with { By = by }, "approved", $"{waiting.Name} is approved by {string.Join(" and ", by)}"),
            ApprovalVerdict.Waiting { Version: var still, Reason: var reason } => ApprovalDocument.One(application, place.Alias, still, "waiting", reason),
            _ => throw new InvalidOperationException($"{verdict.GetType().Name} is no verdict that is known"),
        };
    }

    private async Task<ApiReply> RejectAsync(Caller.OfCluster caller, NamespacedName application, ImageReport image, ApprovalAsk ask, CancellationToken cancellationToken)
    {
        var prefix = PrefixOf(image.Alias!);
        var rejection = new Rejection(ask.Version, $"{ask.Reason} ({caller.Name})");
        var changed = await services.Applications.AnnotateAsync(application, _ => new Dictionary<string, string?>(StringComparer.Ordinal) { [prefix + ApprovalKeys.Rejected] = rejection.ToString() }, cancellationToken);
        if (changed is null)
            return ApiReply.Error(StatusCodes.Status404NotFound, $"there is no Application {application} any more");
        Log.Rejected(_logger, caller.Name, $"{ask.Version}", image.Alias!, application.ToString(), ask.Reason!);
        return ApprovalDocument.One(application, image.Alias!, image.Asked!, "rejected", $"{image.Asked!.Name} is rejected by {caller.Name}: {ask.Reason}");
    }

    /// <summary>Whoever says it twice has said it once.</summary>
    private Dictionary<string, string?> Approve(ReviewedUser user, ApprovalPlace place, WaitingVersion waiting, IReadOnlyList<string> groups, ApprovalKey? key, ApplicationSnapshot seen)
    {
        var state = StateOf(seen, place.Alias);
        if (key is null)
            return new Dictionary<string, string?>(StringComparer.Ordinal) { [state.Prefix + ApprovalKeys.Approved] = waiting.Version.ToString() };
        return state.Votes.Any(vote => vote.By == user.Name && vote.Version == waiting.Version && vote.Groups.SequenceEqual(groups, StringComparer.Ordinal) && vote.IsGood(place, key))
            ? []
            : new Dictionary<string, string?>(state.With(Vote.Cast(place, user.Name, waiting.Version, services.Time.GetUtcNow(), groups, key), place, key), StringComparer.Ordinal);
    }

    private async Task<(Caller.OfCluster? Caller, ApiReply? Refusal)> CallerAsync(HttpContext context)
    {
        return await check.CheckAsync(context) switch
        {
            (Caller.OfCluster user, _) => (user, null),
            ({ } other, _) => (null, ApiReply.Error(StatusCodes.Status403Forbidden, $"{other.Name} may not approve anything: only whom the API server knows may, people with a token of the cluster")),
            (_, var refusal) => (null, refusal),
        };
    }

    private static bool IsAsked(ImageReport image) => image is { Alias: not null, Asked: { Policy: not null, Version.Digest: not null } };

    private static string PrefixOf(string alias) => $"{AnnotationKeys.Prefix}{AnnotationKeys.AliasInKeys(alias)}.";

    private static ApprovalState StateOf(ApplicationSnapshot application, string alias)
    {
        var prefix = PrefixOf(alias);
        return ApprovalState.Read(prefix, key => application.Annotations.GetValueOrDefault(prefix + key));
    }

    private ApiReply Forbidden(Caller caller, NamespacedName application, string sentence)
    {
        Log.Forbidden(_logger, caller.Name, application.ToString());
        return ApiReply.Error(StatusCodes.Status403Forbidden, sentence);
    }

    private ApiReply Unavailable(Caller caller, KubernetesException failure)
    {
        Log.Failed(_logger, caller.Name, failure.Message);
        return failure.IsConflict
            ? ApiReply.Error(StatusCodes.Status409Conflict, "others changed the Application again and again meanwhile", TimeSpan.FromSeconds(1))
            : ApiReply.Error(StatusCodes.Status503ServiceUnavailable, failure.IsForbidden ? $"the bot may not do that: {failure.Message}" : failure.Message, TimeSpan.FromSeconds(5));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Caller} approved {Version} of {Alias} of {Application}.")]
        public static partial void Approved(ILogger logger, string caller, string version, string alias, string application);

        [LoggerMessage(LogLevel.Information, "{Caller} rejected {Version} of {Alias} of {Application}: {Reason}")]
        public static partial void Rejected(ILogger logger, string caller, string version, string alias, string application, string reason);

        [LoggerMessage(LogLevel.Warning, "{Caller} wanted to decide about a version of {Application} and may not.")]
        public static partial void Forbidden(ILogger logger, string caller, string application);

        [LoggerMessage(LogLevel.Warning, "What {Caller} said of a version could not be noted: {Reason}")]
        public static partial void Failed(ILogger logger, string caller, string reason);
    }
}

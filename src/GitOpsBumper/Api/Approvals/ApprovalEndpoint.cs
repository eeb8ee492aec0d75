using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Api.Callers;
using GitOpsBumper.Controller;
using GitOpsBumper.Controller.Triggers;
using GitOpsBumper.Core;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Reports;
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
        if (!services.HasLooked())
            return NotYet();
        try
        {
            var waiting = services.Reports().SelectMany(report => report.Images.Where(ApprovalDocument.IsAsked).Select(image => (Application: report.Name, Image: image))).ToList();
            var targets = waiting.Select(one => one.Application).Distinct().Select(name => new TriggerTarget(name, null)).ToList();
            var permitted = (await callers.PermittedAsync(caller, targets, null, context.RequestAborted)).Select(target => target.Application).ToHashSet();
            return ApprovalDocument.List(waiting.Where(one => permitted.Contains(one.Application)).Take(MaxListed));
        }
        catch (KubernetesException failure)
        {
            return Unavailable(caller, failure);
        }
    }

    /// <summary>Tells which version of an image it is, or approves or rejects it.</summary>
    /// <param name="context">Of the request.</param>
    /// <param name="path">Namespace, Application and alias.</param>
    public async Task<ApiReply> VersionAsync(HttpContext context, string path)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsPost(context.Request.Method))
            return ApiReply.Error(StatusCodes.Status405MethodNotAllowed, "only GET and POST are allowed here");
        var (caller, refusal) = await CallerAsync(context);
        if (caller is null)
            return refusal!;
        if (path.Split('/', 3) is not [var space, var name, { Length: > 0 } alias] || !NamespacedName.TryParse($"{space}/{name}", out var application, out _))
            return ApiReply.Error(StatusCodes.Status404NotFound, $"what is approved is {VersionPath}<namespace>/<application>/<alias>");
        ApprovalAsk? ask = null;
        if (HttpMethods.IsPost(context.Request.Method))
        {
            var (body, unread) = await RequestBody.ReadAsync(context, MaxBytes, services.Time);
            if (unread is not null)
                return unread;
            if (!ApprovalAsk.TryRead(body, out ask, out var problem))
                return ApiReply.Error(StatusCodes.Status400BadRequest, problem);
        }

        try
        {
            // Whether there is such an Application is nobody's business who may not change it.
            if ((await callers.PermittedAsync(caller, [new TriggerTarget(application, null)], null, context.RequestAborted)).Count == 0)
                return Forbidden(caller, application, ApiReply.Error(StatusCodes.Status403Forbidden, $"{caller.Name} may not approve anything of {application}: it takes the right to patch the Application"));
            if (!TryFind(application, alias, out var image, out var unknown))
                return unknown;
            return ask is null ? Read(application, image) : await DecideAsync(caller, application, image, ask, context.RequestAborted);
        }
        catch (KubernetesException failure)
        {
            return Unavailable(caller, failure);
        }
    }

    private static ApiReply Read(NamespacedName application, ImageReport image)
    {
        if (ApprovalDocument.IsAsked(image))
            return ApprovalDocument.One(application, image.Alias!, image.Asked!, "waiting", image.Reason);
        return PlannedVersion.Of(image) is { } planned
            ? ApprovalDocument.One(application, image.Alias!, new WaitingVersion(planned, null, []), "planned", image.Reason)
            : ApiReply.Error(StatusCodes.Status409Conflict, $"nothing of {image.Alias} of {application} waits for approval: {image.Reason}");
    }

    private async Task<ApiReply> DecideAsync(Caller.OfCluster caller, NamespacedName application, ImageReport image, ApprovalAsk ask, CancellationToken cancellationToken)
    {
        var (reply, isNew) = await new ApprovalNote(services, caller, application, image, ask).WriteAsync(cancellationToken);
        if (reply.Status == StatusCodes.Status403Forbidden)
            return Forbidden(caller, application, reply);
        if (isNew && ask.Rejects)
            Log.Rejected(_logger, caller.Name, $"{ask.Version}", image.Alias!, application.ToString(), ask.Reason!);
        else if (isNew)
            Log.Approved(_logger, caller.Name, $"{ask.Version}", image.Alias!, application.ToString());
        return reply;
    }

    /// <summary>By the alias, or as annotations spell it; a slash in it may come in either way.</summary>
    private bool TryFind(NamespacedName application, string text, [NotNullWhen(true)] out ImageReport? image, [NotNullWhen(false)] out ApiReply? unknown)
    {
        (image, unknown) = (null, null);
        var alias = text.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        if (services.ImagesOf(application) is not null)
        {
            if (services.Reports().FirstOrDefault(report => report.Name == application) is not { } report)
            {
                unknown = NotYet();
                return false;
            }

            image = report.Images.FirstOrDefault(one => one.Alias == alias) ?? report.Images.FirstOrDefault(one => one.Alias is { } own && AnnotationKeys.AliasInKeys(own) == alias);
        }

        if (image is null)
            unknown = ApiReply.Error(StatusCodes.Status404NotFound, $"there is no image '{Shortened.Text(alias)}' of an Application {application} that is looked at");
        return image is not null;
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

    private static ApiReply NotYet() =>
        ApiReply.Error(StatusCodes.Status503ServiceUnavailable, "it is being found out what waits: the bot has just started, or leads only since a moment ago, or the Application is new to it", TimeSpan.FromSeconds(2));

    private ApiReply Forbidden(Caller caller, NamespacedName application, ApiReply reply)
    {
        Log.Forbidden(_logger, caller.Name, application.ToString());
        return reply;
    }

    /// <summary>What the API server said is for those who run the bot.</summary>
    private ApiReply Unavailable(Caller caller, KubernetesException failure)
    {
        Log.Failed(_logger, caller.Name, failure.Message);
        return failure.IsForbidden
            ? ApiReply.Error(StatusCodes.Status503ServiceUnavailable, "the bot lacks a right in the cluster that this takes; its log says which")
            : ApiReply.Error(StatusCodes.Status503ServiceUnavailable, "the cluster does not do its part at the moment", TimeSpan.FromSeconds(5));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Caller} approved {Version} of {Alias} of {Application}.")]
        public static partial void Approved(ILogger logger, string caller, string version, string alias, string application);

        [LoggerMessage(LogLevel.Information, "{Caller} rejected {Version} of {Alias} of {Application}: {Reason}")]
        public static partial void Rejected(ILogger logger, string caller, string version, string alias, string application, string reason);

        [LoggerMessage(LogLevel.Warning, "{Caller} wanted to decide about a version of {Application} and may not.")]
        public static partial void Forbidden(ILogger logger, string caller, string application);

        [LoggerMessage(LogLevel.Warning, "What {Caller} asked about versions that wait, or said of one, came to nothing: {Reason}")]
        public static partial void Failed(ILogger logger, string caller, string reason);
    }
}

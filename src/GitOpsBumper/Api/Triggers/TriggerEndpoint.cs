using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Api.Callers;
using GitOpsBumper.Controller.Triggers;
using GitOpsBumper.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Api.Triggers;

/// <summary>Answers pipelines that ask for an update.</summary>
internal sealed partial class TriggerEndpoint(ApiServices services, CallerFinder callers, CallerCheck check)
{
    public const string Path = "/api/v1/trigger";
    public const string JobPath = "/api/v1/triggers/";

    public const int MaxBytes = 64 * 1024;

    /// <summary>Longer than that nobody is kept waiting.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private readonly ILogger _logger = services.Loggers.CreateLogger<TriggerEndpoint>();

    public async Task<ApiReply> TriggerAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
            return ApiReply.Error(StatusCodes.Status405MethodNotAllowed, "only POST is allowed here");
        var (caller, refusal) = await check.CheckAsync(context);
        if (caller is null)
            return refusal!;
        if (!TryWait(context, out var wait, out var problem))
            return ApiReply.Error(StatusCodes.Status400BadRequest, problem);
        var (body, unread) = await RequestBody.ReadAsync(context, MaxBytes, services.Time);
        if (unread is not null)
            return unread;
        if (!new TriggerAskReader(services.RepositoryOf, services.ArgoCdNamespace).TryRead(body, out var ask, out problem))
            return ApiReply.Error(StatusCodes.Status400BadRequest, problem);
        try
        {
            return await TriggerAsync(context, caller, ask, wait);
        }
        catch (KubernetesException failure)
        {
            Log.Unreviewed(_logger, caller.Name, failure.Message);
            return ApiReply.Error(StatusCodes.Status503ServiceUnavailable, "what you may do cannot be found out at the moment", TimeSpan.FromSeconds(5));
        }
    }

    public async Task<ApiReply> FindAsync(HttpContext context, string id)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
            return ApiReply.Error(StatusCodes.Status405MethodNotAllowed, "only GET is allowed here");
        var (caller, refusal) = await check.CheckAsync(context);
        if (caller is null)
            return refusal!;
        if (!TryWait(context, out var wait, out var problem))
            return ApiReply.Error(StatusCodes.Status400BadRequest, problem);
        return services.Desk.Find(id, caller.Name) is { } job
            ? await AnswerAsync(context, job, wait)
            : ApiReply.Error(StatusCodes.Status404NotFound, $"there is no trigger '{Shortened.Text(id)}' of yours; they are forgotten after {TriggerDesk.Kept.TotalMinutes:0} minutes, and when the replica that had them ends");
    }

    private async Task<ApiReply> TriggerAsync(HttpContext context, Caller caller, TriggerAsk ask, TimeSpan wait)
    {
        IReadOnlyList<TriggerTarget> found = ask.Image is { } image
            ? [.. services.UsersOf(image, false).Where(target => ask.Application is null || target.Application == ask.Application)]
            : services.ImagesOf(ask.Application!) is not null ? [new TriggerTarget(ask.Application!, null)] : [];
        // Whether there is such an Application is nobody's business who may not trigger it.
        IReadOnlyList<TriggerTarget> asked = found.Count == 0 && ask.Application is { } named ? [new TriggerTarget(named, null)] : found;
        var permitted = await callers.PermittedAsync(caller, asked, ask.Image, context.RequestAborted);
        var wanted = Wanted(ask);
        if (permitted.Count == 0 && asked.Count > 0)
        {
            Log.Forbidden(_logger, caller.Name, wanted);
            services.Metrics.Triggered("forbidden");
            return ApiReply.Error(StatusCodes.Status403Forbidden, $"{caller.Name} may not trigger {wanted}: it takes the right to patch the Application, or a rule for the token that permits it");
        }

        if (ask.IsUrgent && !CallerFinder.MayBeUrgent(caller, permitted, ask.Image))
            return ApiReply.Error(StatusCodes.Status403Forbidden, $"{caller.Name} may trigger certain images alone, and urgency is for all of an Application");
        if (found.Count == 0)
        {
            services.Metrics.Triggered("unmatched");
            return ApiReply.Error(StatusCodes.Status404NotFound, ask.Application is null ? $"no Application that is looked at lists image {ask.Image}" : $"there is no Application {ask.Application} that is looked at{(ask.Image is null ? "" : $" and lists image {ask.Image}")}");
        }

        foreach (var repository in ask.Image is { } pushed ? [pushed] : services.ImagesOf(ask.Application!) ?? [])
            services.Distrust(repository, ask.Tag, false);
        if (services.Desk.Open(ask, permitted, caller.Name) is not { } job)
            return ApiReply.Error(StatusCodes.Status429TooManyRequests, "too much is being asked for at the moment", TimeSpan.FromSeconds(10));
        services.Metrics.Triggered("accepted");
        Log.Triggered(_logger, caller.Name, wanted, permitted.Count, ask.IsUrgent ? ", urgently" : "");
        return await AnswerAsync(context, job, wait);
    }

    private async Task<ApiReply> AnswerAsync(HttpContext context, TriggerJob job, TimeSpan wait)
    {
        if (wait > TimeSpan.Zero)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            await Task.WhenAny(job.Done, Task.Delay(wait, services.Time, over.Token));
            await over.CancelAsync();
        }

        if (job.IsLost)
            return ApiReply.Error(StatusCodes.Status503ServiceUnavailable, "the replica that had the request leads no longer; ask for it again", TimeSpan.FromSeconds(1));
        var state = job.Read();
        return TriggerDocument.Render(state.IsDone ? StatusCodes.Status200OK : StatusCodes.Status202Accepted, job, state, services.Desk.Elapsed(job));
    }

    private static bool TryWait(HttpContext context, out TimeSpan wait, out string problem)
    {
        (wait, problem) = (TimeSpan.Zero, "");
        var given = context.Request.Query["wait"];
        if (given.Count == 0)
            return true;
        if (given is [{ } text] && GoDuration.TryParse(text, out wait) && wait >= TimeSpan.Zero && wait <= LongestWait)
            return true;
        problem = $"parameter 'wait' '{Shortened.Text(given.ToString())}' is not a duration from 0s to {GoDuration.Format(LongestWait)}, for example 60s";
        return false;
    }

    private static string Wanted(TriggerAsk ask) => ask switch
    {
        { Image: null } => $"{ask.Application}",
        { Application: null } => $"image {Version(ask)}",
        _ => $"image {Version(ask)} of {ask.Application}",
    };

    private static string Version(TriggerAsk ask) => $"{ask.Image}{(ask.Tag is { } tag ? $":{tag}" : "")}{(ask.Digest is { } digest ? $"@{digest}" : "")}";

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Caller} asked for {Wanted}: {Applications} Applications are looked at{Urgently}.")]
        public static partial void Triggered(ILogger logger, string caller, string wanted, int applications, string urgently);

        [LoggerMessage(LogLevel.Warning, "{Caller} asked for {Wanted} and may not.")]
        public static partial void Forbidden(ILogger logger, string caller, string wanted);

        [LoggerMessage(LogLevel.Warning, "Whether {Caller} may ask for an update is not known: {Reason}")]
        public static partial void Unreviewed(ILogger logger, string caller, string reason);
    }
}

using GitOpsBumper.Adapters.Identity;
using GitOpsBumper.Api.Approvals;
using GitOpsBumper.Api.Callers;
using GitOpsBumper.Api.Hooks;
using GitOpsBumper.Api.Triggers;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Api;

/// <summary>Who answers for which path.</summary>
internal sealed class ApiEndpoints(ApiServices services, CallerFinder callers, IdTokenVerifier verifier)
{
    /// <summary>Of any body.</summary>
    public const int MaxBytes = 1024 * 1024;

    private const string Health = "/healthz";
    private const string Description = "/openapi.json";

    private readonly TriggerEndpoint _triggers = new(services, callers, new CallerCheck(services, callers));
    private readonly ApprovalEndpoint _approvals = new(services, callers, new CallerCheck(services, callers));
    private readonly WebhookEndpoint _webhooks = new(services, verifier);

    /// <summary>Whether a replica answers itself that does not lead.</summary>
    public static bool IsForAnyReplica(PathString path) => path.Value is Health or Description;

    public async Task<ApiReply> AnswerAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case Health:
                return new ApiReply(StatusCodes.Status200OK, "\"ok\""u8.ToArray());
            case Description:
                return new ApiReply(StatusCodes.Status200OK, OpenApiDocument.Bytes);
            case WebhookEndpoint.Path:
                return await _webhooks.AnswerAsync(context, null);
            case { } path when path.StartsWith($"{WebhookEndpoint.Path}/", StringComparison.Ordinal):
                return await _webhooks.AnswerAsync(context, path[(WebhookEndpoint.Path.Length + 1)..]);
            case TriggerEndpoint.Path:
                return await _triggers.TriggerAsync(context);
            case { } path when path.StartsWith(TriggerEndpoint.JobPath, StringComparison.Ordinal):
                return await _triggers.FindAsync(context, path[TriggerEndpoint.JobPath.Length..]);
            case ApprovalEndpoint.Path:
                return await _approvals.ListAsync(context);
            case { } path when path.StartsWith(ApprovalEndpoint.VersionPath, StringComparison.Ordinal):
                return await _approvals.VersionAsync(context, path[ApprovalEndpoint.VersionPath.Length..]);
            default:
                return ApiReply.Error(StatusCodes.Status404NotFound, $"there are {WebhookEndpoint.Path}, {TriggerEndpoint.Path}, {TriggerEndpoint.JobPath}<id>, {ApprovalEndpoint.Path}, {ApprovalEndpoint.VersionPath}<namespace>/<application>/<alias>, {Description} and {Health}");
        }
    }
}

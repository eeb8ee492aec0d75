using GitOpsBumper.Core.Applications;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.Adapters.Kubernetes.Leases;

/// <content>Its words.</content>
public sealed partial class LeaderElection
{
    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Became leader with the lease {Lease}, as {Identity}")]
        public static partial void BecameLeader(ILogger logger, NamespacedName lease, string identity);

        [LoggerMessage(Level = LogLevel.Information, Message = "Lost leadership with the lease {Lease}: {Reason}")]
        public static partial void Lost(ILogger logger, NamespacedName lease, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "Gave the lease {Lease} back")]
        public static partial void Released(ILogger logger, NamespacedName lease);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Holder} leads with the lease {Lease}, which lasts {Seconds:0.#} s unless it is renewed")]
        public static partial void Other(ILogger logger, NamespacedName lease, string holder, double seconds);

        [LoggerMessage(Level = LogLevel.Information, Message = "Nobody holds the lease {Lease}")]
        public static partial void Nobody(ILogger logger, NamespacedName lease);

        [LoggerMessage(Level = LogLevel.Debug, Message = "Waiting for the lease {Lease}: {Holder} holds it, for {Seconds:0.#} s unless it is renewed")]
        public static partial void Waiting(ILogger logger, NamespacedName lease, string holder, double seconds);

        [LoggerMessage(Level = LogLevel.Debug, Message = "The lease {Lease} was changed by somebody else meanwhile")]
        public static partial void Outrun(ILogger logger, NamespacedName lease);

        [LoggerMessage(Level = LogLevel.Error, Message = "Cannot lead, as the lease {Lease} may not be had: {Reason}")]
        public static partial void Refused(ILogger logger, NamespacedName lease, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The lease {Lease} cannot be reached and is tried again: {Reason}")]
        public static partial void Failed(ILogger logger, NamespacedName lease, string reason);

        [LoggerMessage(Level = LogLevel.Debug, Message = "The lease {Lease} is still out of reach: {Reason}")]
        public static partial void StillFailing(ILogger logger, NamespacedName lease, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "The lease {Lease} can be reached again")]
        public static partial void Recovered(ILogger logger, NamespacedName lease);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The lease {Lease} was not given back and has to run out: {Reason}")]
        public static partial void NotReleased(ILogger logger, NamespacedName lease, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "The election with the lease {Lease} went wrong in a way that is not expected")]
        public static partial void Unexpected(ILogger logger, NamespacedName lease, Exception exception);
    }
}

// One association: who calls, what may be sent, and each command to its answer.

#include "receiver.hpp"

#include <dcmtk/dcmdata/dcostrma.h>
#include <dcmtk/dcmdata/dcuid.h>
#include <dcmtk/dcmnet/dimse.h>

#include <algorithm>
#include <cstring>
#include <set>

namespace vigil::network {
namespace {

// Gives a data set's bytes away as they come.
class Sink : public DcmConsumer {
public:
    explicit Sink(const vigil_store_calls &calls) : calls_(calls) {}
    OFBool good() const override { return OFTrue; }
    OFCondition status() const override { return EC_Normal; }
    OFBool isFlushed() const override { return OFTrue; }
    offile_off_t avail() const override { return unitMax; }
    offile_off_t write(const void *bytes, offile_off_t count) override {
        calls_.piece(calls_.context, static_cast<const uint8_t *>(bytes), size_t(count));
        return count;
    }
    void flush() override {}

private:
    const vigil_store_calls &calls_;
};

class SinkStream : public DcmOutputStream {
public:
    explicit SinkStream(Sink &sink) : DcmOutputStream(&sink) {}
};

// The association, which ends with this.
class Held {
public:
    ~Held() {
        if (raw == nullptr) return;
        ASC_dropAssociation(raw);
        ASC_destroyAssociation(&raw);
    }
    T_ASC_Association *raw = nullptr;
};

// Marks a connection as one whose object is under way.
class Busy {
public:
    Busy(Watch &watch, uint32_t seconds, bool isStopping) : watch_(watch) {
        watch.isBusy = true;
        if (isStopping) return;
        const auto end = Clock::now() + std::chrono::seconds(seconds);
        watch.objectEnd = end.time_since_epoch().count();
    }
    ~Busy() {
        watch_.objectEnd = 0;
        watch_.isBusy = false;
    }

private:
    Watch &watch_;
};

std::string trimmed(const char *text) {
    const std::string all(text);
    const size_t first = all.find_first_not_of(' ');
    if (first == std::string::npos) return "";
    return all.substr(first, all.find_last_not_of(' ') - first + 1);
}

// Whether an object may come in this syntax: not as a mere reference, whose pixels are elsewhere.
bool isSyntax(const char *name) {
    const E_TransferSyntax syntax = DcmXfer(name).getXfer();
    return syntax != EXS_Unknown && syntax != EXS_BigEndianImplicit
        && syntax != EXS_JPIPReferenced && syntax != EXS_JPIPReferencedDeflate;
}

bool isStorage(const std::string &name) {
    static const std::set<std::string> all = [] {
        std::set<std::string> names;
        for (int index = 0; index < numberOfDcmAllStorageSOPClassUIDs; ++index) {
            names.insert(dcmAllStorageSOPClassUIDs[index]);
        }
        return names;
    }();
    return all.count(name) > 0 || name == UID_VerificationSOPClass;
}

// Answers each context that is proposed.
void negotiate(T_ASC_Parameters *parameters) {
    const int count = ASC_countPresentationContexts(parameters);
    for (int index = 0; index < count; ++index) {
        T_ASC_PresentationContext context = {};
        if (ASC_getPresentationContext(parameters, index, &context).bad()) continue;
        const auto id = context.presentationContextID;
        if (!isStorage(context.abstractSyntax)) {
            ASC_refusePresentationContext(parameters, id, ASC_P_ABSTRACTSYNTAXNOTSUPPORTED);
            continue;
        }
        const int syntaxes = std::min<int>(context.transferSyntaxCount, DICOM_MAXTRANSFERSYNTAXES);
        int chosen = 0;
        while (chosen < syntaxes && !isSyntax(context.proposedTransferSyntaxes[chosen])) ++chosen;
        const bool isTaken = chosen < syntaxes
            && ASC_acceptPresentationContext(parameters, id,
                                             context.proposedTransferSyntaxes[chosen],
                                             ASC_SC_ROLE_DEFAULT, OFTrue).good();
        if (isTaken) continue;
        ASC_refusePresentationContext(parameters, id, ASC_P_TRANSFERSYNTAXESNOTSUPPORTED);
    }
}

int rejected(T_ASC_Association *association, T_ASC_RejectParametersReason reason, int outcome) {
    const T_ASC_RejectParameters answer = {ASC_RESULT_REJECTEDPERMANENT,
                                           ASC_SOURCE_SERVICEUSER, reason};
    ASC_rejectAssociation(association, &answer);
    // The other side closes; what is closed here at once may take the answer with it.
    ASC_dropSCPAssociation(association, 2);
    return outcome;
}

// Says yes or no to who calls; a vigil_association_outcome when it is no.
int answer(const vigil_receiver &receiver, T_ASC_Association *association) {
    char calling[DICOM_UI_LENGTH + 1] = {}, called[DICOM_UI_LENGTH + 1] = {};
    char name[DICOM_UI_LENGTH + 1] = {};
    T_ASC_Parameters *parameters = association->params;
    ASC_getAPTitles(parameters, calling, sizeof(calling), called, sizeof(called), nullptr, 0);
    ASC_getApplicationContextName(parameters, name, sizeof(name));
    if (std::strcmp(name, UID_StandardApplicationContext) != 0) {
        return rejected(association, ASC_REASON_SU_APPCONTEXTNAMENOTSUPPORTED,
                        VIGIL_ASSOCIATION_MALFORMED);
    }
    if (trimmed(called) != receiver.title) {
        return rejected(association, ASC_REASON_SU_CALLEDAETITLENOTRECOGNIZED,
                        VIGIL_ASSOCIATION_CALLED_UNKNOWN);
    }
    const auto &callers = receiver.callers;
    const bool isKnown = callers.empty()
        || std::find(callers.begin(), callers.end(), trimmed(calling)) != callers.end();
    if (!isKnown) {
        return rejected(association, ASC_REASON_SU_CALLINGAETITLENOTRECOGNIZED,
                        VIGIL_ASSOCIATION_CALLING_UNKNOWN);
    }
    negotiate(parameters);
    return ASC_acknowledgeAssociation(association).good() ? VIGIL_ASSOCIATION_NONE
                                                          : VIGIL_ASSOCIATION_BROKEN;
}

int ended(const OFCondition &condition, const Watch &watch) {
    if (watch.isMalformed) return VIGIL_ASSOCIATION_MALFORMED;
    if (watch.isExpired || condition == DUL_READTIMEOUT) return VIGIL_ASSOCIATION_TIMED_OUT;
    const bool isGone = condition == DUL_PEERABORTEDASSOCIATION
        || condition == DUL_NETWORKCLOSED || condition.code() == DULC_TCPIOERROR;
    return isGone ? VIGIL_ASSOCIATION_BROKEN : VIGIL_ASSOCIATION_MALFORMED;
}

OFCondition echo(T_ASC_Association *association, T_ASC_PresentationContextID context,
                 const T_DIMSE_Message &message) {
    T_DIMSE_C_EchoRQ request = message.msg.CEchoRQ;
    return DIMSE_sendEchoResponse(association, context, &request, STATUS_Success, nullptr);
}

OFCondition store(T_ASC_Association *association, T_ASC_PresentationContextID context,
                  const T_DIMSE_Message &message, const vigil_store_calls &calls) {
    T_DIMSE_C_StoreRQ request = message.msg.CStoreRQ;
    T_ASC_PresentationContext agreed = {};
    OFCondition condition =
        ASC_findAcceptedPresentationContext(association->params, context, &agreed);
    if (condition.bad()) return condition;
    const bool isAgreed = std::strcmp(agreed.abstractSyntax, request.AffectedSOPClassUID) == 0;
    const vigil_incoming_object object = {request.AffectedSOPClassUID,
                                          request.AffectedSOPInstanceUID,
                                          agreed.acceptedTransferSyntax};
    calls.begin(calls.context, &object);
    Sink sink(calls);
    SinkStream stream(sink);
    T_ASC_PresentationContextID dataContext = 0;
    condition = DIMSE_receiveDataSetInFile(association, DIMSE_BLOCKING, 0, &dataContext, &stream,
                                           nullptr, nullptr);
    const bool isWhole = condition.good() && isAgreed && dataContext == context;
    const uint16_t status = calls.end(calls.context, isWhole ? 1 : 0);
    if (condition.bad()) return condition;
    T_DIMSE_C_StoreRSP response = {};
    response.DimseStatus = isWhole ? status : STATUS_STORE_Refused_SOPClassNotSupported;
    response.MessageIDBeingRespondedTo = request.MessageID;
    response.DataSetType = DIMSE_DATASET_NULL;
    std::memcpy(response.AffectedSOPClassUID, request.AffectedSOPClassUID,
                sizeof(response.AffectedSOPClassUID));
    std::memcpy(response.AffectedSOPInstanceUID, request.AffectedSOPInstanceUID,
                sizeof(response.AffectedSOPInstanceUID));
    response.opts = O_STORE_AFFECTEDSOPCLASSUID | O_STORE_AFFECTEDSOPINSTANCEUID;
    return DIMSE_sendStoreResponse(association, context, &request, &response, nullptr);
}

// Carries one command out.
OFCondition carryOut(const vigil_receiver &receiver, T_ASC_Association *association, Watch &watch,
                     const vigil_store_calls &calls) {
    T_DIMSE_Message message = {};
    T_ASC_PresentationContextID context = 0;
    DcmDataset *detail = nullptr;
    const OFCondition condition = DIMSE_receiveCommand(association, DIMSE_BLOCKING, 0, &context,
                                                       &message, &detail);
    delete detail;
    if (condition.bad()) return condition;
    const Busy busy(watch, receiver.objectSeconds, receiver.isStopping);
    switch (message.CommandField) {
    case DIMSE_C_ECHO_RQ: return echo(association, context, message);
    case DIMSE_C_STORE_RQ: return store(association, context, message, calls);
    default: return DIMSE_BADCOMMANDTYPE;
    }
}

int converse(vigil_receiver &receiver, T_ASC_Association *association, Watch &watch,
             const vigil_store_calls &calls) {
    while (!receiver.isStopping) {
        const OFCondition condition = carryOut(receiver, association, watch, calls);
        if (condition == DUL_PEERREQUESTEDRELEASE) {
            ASC_acknowledgeRelease(association);
            return VIGIL_ASSOCIATION_RELEASED;
        }
        if (condition.good()) continue;
        const int outcome = receiver.isStopping ? int(VIGIL_ASSOCIATION_STOPPED)
                                                : ended(condition, watch);
        ASC_abortAssociation(association);
        return outcome;
    }
    ASC_abortAssociation(association);
    return VIGIL_ASSOCIATION_STOPPED;
}

}  // namespace

int serve(vigil_receiver &receiver, const vigil_store_calls &calls) {
    acceptedWatch() = nullptr;
    Held held;
    const OFCondition condition = ASC_receiveAssociation(
        receiver.network, &held.raw, long(unitMax), nullptr, nullptr,
        receiver.isSecure ? OFTrue : OFFalse, DUL_NOBLOCK, 0);
    const auto watch = acceptedWatch();
    // Another thread was faster.
    if (watch == nullptr) return VIGIL_ASSOCIATION_NONE;
    if (condition.bad()) {
        if (receiver.isSecure && !watch->isShaken) return VIGIL_ASSOCIATION_INSECURE;
        // Somebody has looked whether the port is open.
        if (!watch->hasSpoken && !watch->isExpired) return VIGIL_ASSOCIATION_NONE;
        return ended(condition, *watch);
    }
    const int refusal = answer(receiver, held.raw);
    if (refusal != VIGIL_ASSOCIATION_NONE) return refusal;
    return converse(receiver, held.raw, *watch, calls);
}

}  // namespace vigil::network

extension ConfidentialityTable {
    /// From 0040DB0C to FFFCFFFC.
    static let lastRows = """
        0040DB0C UI U      -/-   U    Template Extension Organization UID
        0040DB0D UI U      -/-   U    Template Extension Creator UID
        0040E004 DT X      -/-   Fm   HL7 Document Effective Time
        0040E012 UR X      -/-   -    Display URI
        00420011 OB D      1/3   -    Encapsulated Document
        00440004 DT X      -/-   Fm   Approval Status DateTime
        0044000B DT X      -/-   Fm   Product Expiration DateTime
        00440010 DT X      -/-   Fm   Substance Administration DateTime
        00440104 DT D      -/1   Fm   Assertion DateTime
        00440105 DT X      -/3   Fm   Assertion Expiration DateTime
        0050001B LO X      -/3   -    Container Component ID
        00500020 LO X      -/3   D    Device Description
        00500021 ST X      -/3   t    Long Device Description
        00620021 UI U      1C/1C U    Tracking UID
        00640003 UI U      -/1   U    Source Frame of Reference UID
        00686226 DT D      1/-   Fm   Effective DateTime
        00686270 DT D      -/1   Fm   Information Issue DateTime
        006A0003 UI D      -/1   U    Annotation Group UID
        006A0005 LO D      -/1   t    Annotation Group Label
        006A0006 UT X      -/3   t    Annotation Group Description
        00700001 SQ D      1/-   g    Graphic Annotation Sequence
        00700006 ST D      -/1   -    Unformatted Text Value
        00700082 DA X      1/3   Fm   Presentation Creation Date
        00700083 TM X      1/3   Fm   Presentation Creation Time
        00700084 PN Z/D    1/3   -    Content Creator's Name
        00700086 SQ X      3/3   -    Content Creator's Identification Code Sequence
        0070031A UI U      3/1   U    Fiducial UID
        00701101 UI U      3/-   U    Presentation Display Collection UID
        00701102 UI U      1C/-  U    Presentation Sequence Collection UID
        0072000A DT D      1/-   Fm   Hanging Protocol Creation DateTime
        0072005E AE D      -/1C  d    Selector AE Value
        0072005F AS D      -/1C  P    Selector AS Value
        00720061 DA D      -/1C  Fm   Selector DA Value
        00720063 DT D      -/1C  Fm   Selector DT Value
        00720065 OB D      -/1C  -    Selector OB Value
        00720066 LO D      -/1C  t    Selector LO Value
        00720068 LT D      -/1C  t    Selector LT Value
        0072006A PN D      -/1C  -    Selector PN Value
        0072006B TM D      -/1C  Fm   Selector TM Value
        0072006C SH D      -/1C  t    Selector SH Value
        0072006D UN D      -/1C  -    Selector UN Value
        0072006E ST D      -/1C  t    Selector ST Value
        00720070 UT D      -/1C  t    Selector UT Value
        00720071 UR D      -/1C  -    Selector UR Value
        00741234 AE X      -/-   d    Receiving AE
        00741236 AE X      -/-   d    Requesting AE
        00880140 UI U      -/1   U    Storage Media File-set UID
        00880200 SQ X      3/3   -    Icon Image Sequence (see Note 11)
        00880904 LO X      -/-   -    Topic Title
        00880906 ST X      -/-   -    Topic Subject
        00880910 LO X      -/-   -    Topic Author
        00880912 LO X      -/-   -    Topic Keywords
        01000420 DT X      3/-   Fm   SOP Authorization DateTime
        04000100 UI U      -/1   -    Digital Signature UID
        04000105 DT D      -/1   Fm   Digital Signature DateTime
        04000115 OB D      -/1   -    Certificate of Signer
        04000310 OB X      -/3   Fm   Certified Timestamp
        04000402 SQ X      -/3   -    Referenced Digital Signature Sequence
        04000403 SQ X      -/3   -    Referenced SOP Instance MAC Sequence
        04000404 OB X      3/1   -    MAC
        04000550 SQ X      -/1   -    Modified Attributes Sequence
        04000551 SQ X      -/3   -    Nonconforming Modified Attributes Sequence
        04000552 OB X      -/1   -    Nonconforming Data Element Value
        04000561 SQ X      3/3   -    Original Attributes Sequence
        04000562 DT D      -/1   Fm   Attribute Modification DateTime
        04000563 LO D      -/1   D    Modifying System
        04000564 LO Z      -/2   I    Source of Previous Values
        04000565 CS D      -/1   t    Reason for the Attribute Modification
        04000600 CS X      3/-   -    Instance Origin Status
        20300020 LO X      -/-   -    Text String
        21000040 DA X      -/-   Fm   Creation Date
        21000050 TM X      -/-   Fm   Creation Time
        21000070 AE X      -/-   d    Originator
        21000140 AE D      -/1   d    Destination AE
        22000002 UT X/Z    2/-   t    Label Text
        22000005 LT X/Z    2/-   -    Barcode Value
        30020121 LO X      -/1   t    Position Acquisition Template Name
        30020123 LT X      -/2   t    Position Acquisition Template Description
        30060002 SH D      1/-   t    Structure Set Label
        30060004 LO X      3/-   t    Structure Set Name
        30060006 ST X      3/-   t    Structure Set Description
        30060008 DA Z      2/-   Fm   Structure Set Date
        30060009 TM Z      2/-   Fm   Structure Set Time
        30060024 UI U      1/1   U    Referenced Frame of Reference UID
        30060026 LO Z      -/2   t    ROI Name
        30060028 ST X      -/3   t    ROI Description
        3006002D DT X      -/3   Fm   ROI DateTime
        3006002E DT X      -/3   Fm   ROI Observation DateTime
        30060038 LO X      -/3   t    ROI Generation Description
        3006004D SQ X      -/3   -    ROI Creator Sequence
        3006004E SQ X      -/1C  -    ROI Interpreter Sequence
        30060085 SH X      -/-   t    ROI Observation Label
        30060088 ST X      -/-   t    ROI Observation Description
        300600A6 PN Z      -/2   -    ROI Interpreter
        300600C2 UI U      -/-   U    Related Frame of Reference UID
        30080024 DA D      -/1   Fm   Treatment Control Point Date
        30080025 TM D      -/1   Fm   Treatment Control Point Time
        30080054 DA X/D    2/-   Fm   First Treatment Date
        30080056 DA X/D    2/-   Fm   Most Recent Treatment Date
        30080105 LO X/Z    -/2   D    Source Serial Number
        30080162 DA D      -/1   Fm   Safe Position Exit Date
        30080164 TM D      -/1   Fm   Safe Position Exit Time
        30080166 DA D      -/1   Fm   Safe Position Return Date
        30080168 TM D      -/1   Fm   Safe Position Return Time
        30080250 DA X/D    2/2   Fm   Treatment Date
        30080251 TM X/D    2/2   Fm   Treatment Time
        300A0002 SH D      1/2   t    RT Plan Label
        300A0003 LO X      3/-   t    RT Plan Name
        300A0004 ST X      3/-   t    RT Plan Description
        300A0006 DA X/D    2/-   Fm   RT Plan Date
        300A0007 TM X/D    2/-   Fm   RT Plan Time
        300A000B LO X      -/-   t    Treatment Sites
        300A000E ST X      3/-   t    Prescription Description
        300A0013 UI U      -/3   U    Dose Reference UID
        300A0016 LO X      -/3   t    Dose Reference Description
        300A0054 UI U      -/3   -    Table Top Position Alignment UID
        300A0072 LO X      -/3   t    Fraction Group Description
        300A0083 UI U      -/3   U    Referenced Dose Reference UID
        300A00B2 SH X/Z    -/2   D    Treatment Machine Name
        300A00C3 ST X      -/3   t    Beam Description
        300A00DD ST X      -/3   t    Bolus Description
        300A0196 ST X      -/3   t    Fixation Device Description
        300A01A6 ST X      -/3   t    Shielding Device Description
        300A01B2 ST X      -/3   t    Setup Technique Description
        300A0216 LO X      -/2   D    Source Manufacturer
        300A022C DA D      -/1   Fm   Source Strength Reference Date
        300A022E TM D      -/1   Fm   Source Strength Reference Time
        300A02EB LT X      -/3   t    Compensator Description
        300A0608 LO D      -/1   t    Treatment Position Group Label
        300A0609 UI U      -/1   U    Treatment Position Group UID
        300A0611 LO Z      -/1   -    RT Accessory Holder Slot ID
        300A0615 LO Z      -/2C  -    RT Accessory Device Slot ID
        300A0619 LO D      -/1   t    Radiation Dose Identification Label
        300A0623 LO D      -/1   t    Radiation Dose In-Vivo Measurement Label
        300A062A LO D      -/1   t    RT Tolerance Set Label
        300A0650 UI U      -/-   U    Patient Setup UID
        300A0676 ST X      3/-   t    Equipment Frame of Reference Description
        300A067C SH D      -/1   t    Radiation Generation Mode Label
        300A067D ST Z      -/2   t    Radiation Generation Mode Description
        300A0700 UI U      1/-   U    Treatment Session UID
        300A0734 ST D      -/1C  t    Treatment Tolerance Violation Description
        300A0736 DT D      -/1   Fm   Treatment Tolerance Violation DateTime
        300A073A DT D      -/1C  Fm   Recorded RT Control Point DateTime
        300A0741 DT D      -/1   Fm   Interlock DateTime
        300A0742 ST D      -/1   t    Interlock Description
        300A0760 DT D      -/1   Fm   Override DateTime
        300A0783 ST D      -/1C  t    Interlock Origin Description
        300A0785 UI U      -/1   U    Referenced Treatment Position Group UID
        300A078E LT X      -/2   t    Patient Treatment Preparation Procedure Parameter Description
        300A0792 LT X      3/3   t    Patient Treatment Preparation Method Description
        300A0794 LT X      -/2   t    Patient Setup Photo Description
        300A079A LO X      -/3   t    Displacement Reference Label
        300C0113 LO X      -/3   t    Reason for Omission Description
        300C0127 DT D      -/1   DFm  Beam Hold Transition DateTime
        300E0004 DA Z      2C/-  Fm   Review Date
        300E0005 TM Z      2C/-  Fm   Review Time
        300E0008 PN X/Z    2C/-  -    Reviewer Name
        30100006 UI U      -/1   U    Conceptual Volume UID
        3010000B UI U      -/1   U    Referenced Conceptual Volume UID
        3010000F ST Z      -/2C  t    Conceptual Volume Combination Description
        30100013 UI U      -/1   U    Constituent Conceptual Volume UID
        30100015 UI U      -/1   U    Source Conceptual Volume UID
        30100017 ST Z      -/2   t    Conceptual Volume Description
        3010001B UC Z      -/2   -    Device Alternate Identifier
        3010002D LO D      -/1   D    Device Label
        30100031 UI U      -/1C  U    Referenced Fiducials UID
        30100033 SH D      1/-   t    User Content Label
        30100034 LO D      1/-   t    User Content Long Label
        30100035 SH D      -/1   t    Entity Label
        30100036 LO X      -/3   t    Entity Name
        30100037 ST X      3/3   t    Entity Description
        30100038 LO D      1/1   t    Entity Long Label
        3010003B UI U      -/2   U    RT Treatment Phase UID
        30100043 ST Z      -/2   D    Manufacturer's Device Identifier
        3010004C DA X/D    -/2   Fm   Intended Phase Start Date
        3010004D DA X/D    -/2   Fm   Intended Phase End Date
        30100054 LO D      -/1   t    RT Prescription Label
        30100056 LO X/D    -/2   t    RT Treatment Approach Label
        3010005A UT Z      -/2   t    RT Physician Intent Narrative
        3010005C ST Z      -/2   t    Reason for Superseding
        30100061 UT X      -/2   t    Prior Treatment Dose Description
        3010006E UI U      -/1   U    Dosimetric Objective UID
        3010006F UI U      -/1   U    Referenced Dosimetric Objective UID
        30100077 LO X/D    3/1   t    Treatment Site
        3010007A UT Z      -/3   t    Treatment Technique Notes
        3010007B UT Z      -/3   t    Prescription Notes
        3010007F UT Z      -/3   t    Fractionation Notes
        30100081 SQ Z      -/3   t    Prescription Notes Sequence
        30100085 TM X      -/3   Fm   Intended Fraction Start Time
        40000010 LT X      -/-   -    Arbitrary
        40004000 LT X      -/-   -    Text Comments
        40080040 SH X      -/-   -    Results ID
        40080042 LO X      -/-   -    Results ID Issuer
        40080100 DA X      -/-   Fm   Interpretation Recorded Date
        40080101 TM X      -/-   Fm   Interpretation Recorded Time
        40080102 PN X      -/-   -    Interpretation Recorder
        40080108 DA X      -/-   Fm   Interpretation Transcription Date
        40080109 TM X      -/-   Fm   Interpretation Transcription Time
        4008010A PN X      -/-   -    Interpretation Transcriber
        4008010B ST X      -/-   t    Interpretation Text
        4008010C PN X      -/-   -    Interpretation Author
        40080111 SQ X      -/-   -    Interpretation Approver Sequence
        40080112 DA X      -/-   Fm   Interpretation Approval Date
        40080113 TM X      -/-   Fm   Interpretation Approval Time
        40080114 PN X      -/-   -    Physician Approving Interpretation
        40080115 LT X      -/-   t    Interpretation Diagnosis Description
        40080118 SQ X      -/-   -    Results Distribution List Sequence
        40080119 PN X      -/-   -    Distribution Name
        4008011A LO X      -/-   -    Distribution Address
        40080200 SH X      -/-   -    Interpretation ID
        40080202 LO X      -/-   -    Interpretation ID Issuer
        40080300 ST X      -/-   t    Impressions
        40084000 ST X      -/-   t    Results Comments
        FFFAFFFA SQ X      3/-   -    Digital Signatures Sequence
        FFFCFFFC OB X      -/-   -    Data Set Trailing Padding
        """
}
